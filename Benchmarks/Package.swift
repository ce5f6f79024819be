// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that whoever depends on Tightlip never resolves what only measuring needs.

/// The folder above, by whose name a package that lies in it is known.
let parent = Context.packageDirectory.split(separator: "/").dropLast().last.map(String.init) ?? "tightlip"

let package = Package(
  name: "tightlip-benchmarks",
  dependencies: [
    // Without its traits: its counter of allocations replaces malloc. `scale.py` counts allocations.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    .package(path: ".."),
  ],
  targets: [
    .executableTarget(
      name: "FilterBenchmarks",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "Tightlip", package: parent.lowercased()),
      ],
      path: "FilterBenchmarks",
      swiftSettings: [.swiftLanguageMode(.v6)],
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ]
)
