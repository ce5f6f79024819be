/// Charts as inline SVG. Coordinates are rounded to tenths, so that a report is the same everywhere.
struct HTMLChart {
  private let width: Double
  private let height: Double
  private let left: Double
  private let right = 14.0
  private let top = 12.0
  private let bottom: Double
  private let xRange: ClosedRange<Double>
  private let yRange: ClosedRange<Double>
  private var body = ""

  init(
    x: ClosedRange<Double>, y: ClosedRange<Double>, width: Double = 520, height: Double = 290, left: Double = 56,
    bottom: Double = 40
  ) {
    xRange = x
    yRange = y
    self.width = width
    self.height = height
    self.left = left
    self.bottom = bottom
  }

  // MARK: Places

  private func x(_ value: Double) -> Double {
    left + (value - xRange.lowerBound) / (xRange.upperBound - xRange.lowerBound) * (width - left - right)
  }

  private func y(_ value: Double) -> Double {
    height - bottom - (value - yRange.lowerBound) / (yRange.upperBound - yRange.lowerBound) * (height - top - bottom)
  }

  /// How far two points are from each other, in units of the picture.
  func distance(_ left: (Double, Double), _ right: (Double, Double)) -> Double {
    let across = x(left.0) - x(right.0)
    let down = y(left.1) - y(right.1)
    return (across * across + down * down).squareRoot()
  }

  static func number(_ value: Double) -> String { Figure.decimal(value, places: 1) }

  private func at(_ a: Double, _ b: Double) -> String { Self.number(x(a)) + "," + Self.number(y(b)) }

  /// Round steps for an axis: at most six.
  static func ticks(_ range: ClosedRange<Double>) -> [Double] {
    let span = range.upperBound - range.lowerBound
    let steps = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000]
    let step = steps.first { span / $0 <= 6 } ?? span
    let first = (range.lowerBound / step).rounded(.up)
    return stride(from: first, through: (range.upperBound / step + 1e-9).rounded(.down), by: 1).map { $0 * step }
  }

  /// A range that holds the values, a little wider, within 0…1.
  static func range(_ values: [Double]) -> ClosedRange<Double> {
    guard let low = values.min(), let high = values.max() else { return 0...1 }
    let margin = max(0.01, (high - low) * 0.08)
    return max(0, low - margin)...min(1, max(high + margin, low + 0.02))
  }

  // MARK: Parts

  mutating func axes(_ xName: String, _ yName: String, xLabel: (Double) -> String, yLabel: (Double) -> String) {
    for tick in Self.ticks(yRange) {
      body += "<line class=\"g\" x1=\"\(Self.number(left))\" x2=\"\(Self.number(width - right))\" y1=\"\(Self.number(y(tick)))\" y2=\"\(Self.number(y(tick)))\"/>"
      body += text(left - 7, y(tick) + 4, yLabel(tick), anchor: "end")
    }
    for tick in Self.ticks(xRange) { body += text(x(tick), height - bottom + 16, xLabel(tick), anchor: "middle") }
    body += "<line class=\"axis\" x1=\"\(Self.number(left))\" x2=\"\(Self.number(width - right))\" y1=\"\(Self.number(height - bottom))\" y2=\"\(Self.number(height - bottom))\"/>"
    body += text((left + width - right) / 2, height - 6, xName, anchor: "middle")
    body += "<text transform=\"translate(12 \(Self.number((top + height - bottom) / 2))) rotate(-90)\" text-anchor=\"middle\">\(HTMLWriter.escaped(yName))</text>"
  }

  private func text(_ x: Double, _ y: Double, _ text: String, anchor: String, class classes: String = "") -> String {
    let style = classes.isEmpty ? "" : " class=\"\(classes)\""
    return "<text\(style) x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" text-anchor=\"\(anchor)\">\(HTMLWriter.escaped(text))</text>"
  }

  mutating func line(_ points: [(Double, Double)], _ style: String) {
    guard points.count > 1 else { return }
    body += "<polyline class=\"\(style)\" points=\"\(points.map { at($0.0, $0.1) }.joined(separator: " "))\"/>"
  }

  mutating func dot(_ a: Double, _ b: Double, _ style: String, title: String, radius: Double = 3.5) {
    body += "<circle class=\"\(style)\" cx=\"\(Self.number(x(a)))\" cy=\"\(Self.number(y(b)))\" r=\"\(Self.number(radius))\"><title>\(HTMLWriter.escaped(title))</title></circle>"
  }

  mutating func label(_ a: Double, _ b: Double, _ label: String, dx: Double = 7, dy: Double = -6, strong: Bool = false) {
    // At the right edge there is room on the left only.
    let isAtEdge = x(a) > width - right - 36
    body += text(
      isAtEdge ? x(a) - dx - 3 : x(a) + dx, y(b) + dy, label, anchor: isAtEdge ? "end" : "start", class: strong ? "strong" : "")
  }

  mutating func bar(_ from: Double, _ to: Double, _ low: Double, _ high: Double, _ style: String, title: String) {
    guard high > low else { return }
    body += "<rect class=\"\(style)\" x=\"\(Self.number(x(from) + 1))\" width=\"\(Self.number(x(to) - x(from) - 2))\" y=\"\(Self.number(y(high)))\" height=\"\(Self.number(y(low) - y(high)))\"><title>\(HTMLWriter.escaped(title))</title></rect>"
  }

  /// A dashed upright at the threshold in force.
  mutating func now(_ value: Double, _ label: String) {
    body += "<line class=\"now\" x1=\"\(Self.number(x(value)))\" x2=\"\(Self.number(x(value)))\" y1=\"\(Self.number(top - 4))\" y2=\"\(Self.number(height - bottom))\"/>"
    if !label.isEmpty { body += text(x(value) + 5, top + 6, label, anchor: "start") }
  }

  func svg(_ description: String) -> String {
    "<svg viewBox=\"0 0 \(Self.number(width)) \(Self.number(height))\" role=\"img\" aria-label=\"\(HTMLWriter.escaped(description))\">\(body)</svg>"
  }

  /// Recall and precision of a row with their intervals, on one line from 0 to 1.
  static func whiskers(_ recall: Estimate, _ precision: Estimate) -> String {
    func mark(_ estimate: Estimate, _ y: Double, _ fill: String, _ line: String, _ name: String) -> String {
      guard let value = estimate.value else { return "" }
      func x(_ share: Double) -> String { number(6 + share * 178) }
      var part = ""
      if let low = estimate.low, let high = estimate.high {
        part = "<line class=\"\(line)\" x1=\"\(x(low))\" x2=\"\(x(high))\" y1=\"\(number(y))\" y2=\"\(number(y))\"/>"
      }
      return part + "<circle class=\"\(fill)\" cx=\"\(x(value))\" cy=\"\(number(y))\" r=\"3.5\"><title>\(name) \(Figure.percent(value))</title></circle>"
    }
    return "<svg viewBox=\"0 0 190 18\" role=\"img\" aria-label=\"recall and precision\"><line class=\"g\" x1=\"6\" x2=\"184\" y1=\"9\" y2=\"9\"/>"
      + mark(recall, 5, "good", "lgood", "recall") + mark(precision, 13, "bad", "lbad", "precision") + "</svg>"
  }
}
