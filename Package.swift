// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: the strictest the compiler offers without unsafe flags.
/// Warnings become errors in CI only (TIGHTLIP_STRICT=1), so that a newer compiler's new warning
/// never breaks a user's build.
let strict = Context.environment["TIGHTLIP_STRICT"] == "1"
let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The fuzzer itself needs libFuzzer, which scripts/fuzz.sh links: it is there only where that asks for it.
let fuzzer: [Target] =
  Context.environment["TIGHTLIP_FUZZ"] != "1"
  ? []
  : [
    .systemLibrary(name: "CTightlipFuzzer", path: "Tests/Fuzz/CTightlipFuzzer"),
    .executableTarget(
      name: "tightlip-fuzz", dependencies: ["TightlipFuzzing", "CTightlipFuzzer"], path: "Tests/Fuzz/Program",
      swiftSettings: settings),
  ]

let package = Package(
  name: "tightlip",
  products: [
    .library(name: "Tightlip", targets: ["Tightlip"]),
    .executable(name: "tightlip", targets: ["tightlip"]),
    // The C library. `make install` links it as libtightlip.so.1, with the C interface alone exported.
    .library(name: "TightlipABI", type: .dynamic, targets: ["TightlipABI"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
  ],
  targets: [
    // L0: the Debian libraries, and nothing of ours.
    .systemLibrary(
      name: "CTightlipPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    // Not a module map over ICU's headers: Foundation has its own copy of them, and a program that
    // imports both would not compile.
    .target(
      name: "CTightlipICU", linkerSettings: [.linkedLibrary("icuuc"), .linkedLibrary("icui18n")]),
    .target(name: "CTightlipJSON", linkerSettings: [.linkedLibrary("simdjson")]),
    .systemLibrary(name: "CTightlipYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CTightlipHash", pkgConfig: "nettle", providers: [.apt(["nettle-dev"])]),
    .target(name: "CTightlipLoader"),
    // The C interface's contract: one header, written by hand.
    .systemLibrary(name: "CTightlip"),

    // L1
    module("TightlipCore", []),

    // L2
    module("TightlipNormalization", ["TightlipCore", "CTightlipICU"]),
    module("TightlipPatterns", ["TightlipCore", "CTightlipPCRE2"]),
    module("TightlipLexicon", ["TightlipCore"]),
    module("TightlipRecognition", ["TightlipCore"]),
    module("TightlipTagger", ["TightlipCore"]),
    module("TightlipRules", ["TightlipCore", "CTightlipYAML"]),
    module("TightlipRisk", ["TightlipCore"]),
    module("TightlipPolicy", ["TightlipCore", "CTightlipICU"]),
    module("TightlipRedaction", ["TightlipCore"]),
    module("TightlipCoding", ["TightlipCore", "CTightlipJSON"]),

    // L3: the only place where the stages meet.
    module(
      "Tightlip",
      [
        "TightlipCore", "TightlipNormalization", "TightlipPatterns", "TightlipLexicon",
        "TightlipRecognition", "TightlipTagger", "TightlipRules", "TightlipRisk", "TightlipPolicy",
        "TightlipRedaction", "TightlipCoding", "CTightlipHash",
      ]),

    // L4
    module(
      "TightlipStore",
      [
        "TightlipCore", "CTightlipHash", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    module(
      "TightlipABI",
      ["Tightlip", "TightlipCore", "TightlipCoding", "TightlipRedaction", "CTightlip", "CTightlipHash", "CTightlipLoader"]),
    module(
      "TightlipEvaluation",
      [
        "Tightlip", "TightlipCore", "TightlipTagger", "TightlipRules", "TightlipCoding", "TightlipRecognition",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    module(
      "TightlipTuning",
      [
        "Tightlip", "TightlipCore", "TightlipNormalization", "TightlipPatterns", "TightlipLexicon",
        "TightlipRedaction", "TightlipRules", "TightlipCoding", "TightlipEvaluation",
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ]),
    module(
      "TightlipCommands",
      [
        "TightlipTuning",
        "Tightlip", "TightlipCore", "TightlipRules", "TightlipPatterns", "TightlipCoding",
        "TightlipPolicy", "TightlipRedaction",
        "TightlipEvaluation", "TightlipTagger", "TightlipStore",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),

    // L5
    .executableTarget(name: "tightlip", dependencies: ["TightlipCommands"], swiftSettings: settings),

    // The smallest Swift program that judges a message, or a stream.
    .executableTarget(
      name: "tightlip-example", dependencies: ["Tightlip"], path: "Examples/swift",
      swiftSettings: [.swiftLanguageMode(.v6)]),

    // For tests: ICU's own edits, which only its C++ API has.
    .target(name: "CICUEdits", path: "Tests/CICUEdits", linkerSettings: [.linkedLibrary("icuuc")]),
    tests(
      "TightlipTaggerTests",
      ["TightlipTagger", "TightlipCore", "TightlipLexicon", "TightlipEvaluation", "Tightlip"]),
    tests("TightlipNormalizationTests", ["TightlipNormalization", "CTightlipICU", "CICUEdits"]),
    tests("TightlipPatternsTests", ["TightlipPatterns"]),
    tests("TightlipCodingTests", ["TightlipCoding", "TightlipCore"]),
    tests("TightlipRedactionTests", ["TightlipRedaction", "TightlipCore"]),
    tests("LayeringTests", []),
    tests("TightlipCoreTests", ["TightlipCore"]),
    tests("TightlipLexiconTests", ["TightlipLexicon", "TightlipCore"]),
    tests("TightlipRulesTests", ["TightlipRules", "TightlipCore"]),
    tests(
      "TightlipTests",
      [
        "Tightlip", "TightlipCore", "TightlipRecognition", "TightlipCoding", "TightlipPolicy", "TightlipRules",
        "TightlipPatterns", "TightlipTagger",
      ]),
    tests(
      "TightlipTuningTests",
      ["TightlipTuning", "TightlipRules", "TightlipCore", "TightlipRedaction", "Tightlip"]),
    tests("TightlipEvaluationTests", ["TightlipEvaluation", "TightlipRules", "TightlipCore", "Tightlip"]),
    tests("TightlipStoreTests", ["TightlipStore", "TightlipCore", .product(name: "GRDB", package: "GRDB.swift")]),
    tests("CommandTests", ["tightlip"]),

    // What is promised of any bytes at all: checked by the fuzzer, and replayed by the tests.
    .target(
      name: "TightlipFuzzing",
      dependencies: [
        "Tightlip", "TightlipCore", "TightlipCoding", "TightlipNormalization", "TightlipPatterns", "TightlipRules",
        "TightlipRedaction",
      ], path: "Tests/Fuzz/Checks", swiftSettings: settings),
    .testTarget(
      name: "FuzzReplayTests", dependencies: ["TightlipFuzzing"], path: "Tests/Fuzz/Replay", swiftSettings: settings),
  ] + fuzzer,
  cxxLanguageStandard: .cxx17
)
