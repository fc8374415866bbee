// swift-tools-version: 6.2
import PackageDescription

/// Settings of every library target. Cross-module optimisation lets a game written in another
/// package be specialised into our loops as if it stood in this one.
let librarySettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

/// Settings of the executable and of the tests.
let clientSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// The library targets in order of dependence: each may import those before it, none after it.
let libraries: [(name: String, dependencies: [Target.Dependency])] = [
  ("Statistics", ["CGSL"]),
  ("Configuration", [.product(name: "Yams", package: "Yams")]),
  ("Environments", ["Statistics", "Configuration"]),
  ("Equilibria", ["Statistics", "Configuration", "Environments"]),
  ("Agents", ["Statistics", "Configuration", "Environments", "Equilibria"]),
  ("Learners", ["Statistics", "Configuration", "Environments", "Equilibria", "Agents"]),
  (
    "Experiments",
    ["Statistics", "Configuration", "Environments", "Equilibria", "Agents", "Learners"]
  ),
]

let package = Package(
  name: "EquilibriumLab",
  products: libraries.map { .library(name: $0.name, targets: [$0.name]) },
  dependencies: [
    .package(
      url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
    .package(url: "https://github.com/jpsim/Yams", .upToNextMinor(from: "6.2.2")),
  ],
  targets: [
    .systemLibrary(name: "CGSL", pkgConfig: "gsl", providers: [.apt(["libgsl-dev"])])
  ]
    + libraries.map {
      .target(name: $0.name, dependencies: $0.dependencies, swiftSettings: librarySettings)
    }
    + [
      .executableTarget(
        name: "lab",
        dependencies: libraries.map { .init(stringLiteral: $0.name) } + [
          .product(name: "ArgumentParser", package: "swift-argument-parser")
        ],
        swiftSettings: clientSettings)
    ]
    + libraries.map {
      .testTarget(
        name: "\($0.name)Tests",
        dependencies: libraries.map { .init(stringLiteral: $0.name) },
        swiftSettings: clientSettings)
    }
    + [
      .testTarget(
        name: "labTests",
        dependencies: [
          "lab", "Configuration", "Experiments",
          .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ],
        swiftSettings: clientSettings)
    ],
  swiftLanguageModes: [.v6]
)
