// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that the laboratory does not pay for its benchmarks.
let package = Package(
  name: "Benchmarks",
  dependencies: [
    .package(name: "EquilibriumLab", path: "..")
  ],
  targets: [
    .systemLibrary(name: "GSLHeaders", pkgConfig: "gsl"),
    .target(
      name: "CReference", dependencies: ["GSLHeaders"],
      // No fused multiply-adds, on any machine: the tables must come out as Swift's, bit for bit.
      cSettings: [
        .unsafeFlags(
          ["-O3", "-fomit-frame-pointer", "-ffp-contract=off"], .when(configuration: .release))
      ]),
    .executableTarget(
      name: "bench",
      dependencies: [
        "CReference",
        .product(name: "Statistics", package: "EquilibriumLab"),
        .product(name: "Configuration", package: "EquilibriumLab"),
        .product(name: "Environments", package: "EquilibriumLab"),
        .product(name: "Equilibria", package: "EquilibriumLab"),
        .product(name: "Agents", package: "EquilibriumLab"),
        .product(name: "Learners", package: "EquilibriumLab"),
        .product(name: "Experiments", package: "EquilibriumLab"),
      ],
      swiftSettings: [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
