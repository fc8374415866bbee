import ArgumentParser
import Experiments
import Foundation

/// A configuration file and what overrides it.
struct ConfigurationOptions: ParsableArguments {
  @Argument(help: "Configuration file (YAML), or a run's config.yaml.", completion: .file())
  var config: String

  @Argument(help: "Overrides, such as training.steps=2e5 seed=7.")
  var overrides: [String] = []

  /// Reads the configuration.
  func load(needs: [ExperimentConfiguration.Section]) throws -> ExperimentConfiguration {
    try ExperimentConfiguration(path: config, overrides: overrides, needs: needs)
  }
}

/// How results are shown.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON document on standard output.")
  var json = false

  @Flag(help: "Print results only: no progress, no advice.")
  var quiet = false

  /// Tells a person something on standard error, unless they want quiet.
  func log(_ text: String) {
    if !quiet { complain(text) }
  }
}

/// How many cores to use.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Worker threads (default: all cores). Results do not depend on it.")
  var threads: Int = ProcessInfo.processInfo.activeProcessorCount

  func validate() throws {
    guard threads >= 1, threads <= 4096 else {
      throw ValidationError("--threads \(threads): must be from 1 to 4096")
    }
  }
}
