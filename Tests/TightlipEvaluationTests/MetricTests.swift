import Testing
@testable import TightlipEvaluation

struct MetricTests {
  @Test func `F2 weighs recall four times in the square`() {
    // 5 · 0.5 · 0.8 / (4 · 0.5 + 0.8)
    #expect(abs(Metric.f(2, precision: 0.5, recall: 0.8) - 2.0 / 2.8) < 1e-12)
    #expect(abs(Metric.f(1, precision: 0.5, recall: 0.8) - 0.8 / 1.3) < 1e-12)
    #expect(Metric.f(2, precision: 0, recall: 0) == 0)
  }
}
