import ArgumentParser
import Experiments
import Foundation

/// A configuration file and what overrides it.
struct ConfigurationOptions: ParsableArguments {
  @Argument(help: "Configuration file (YAML), or a run's config.yaml.", completion: .file())
  var config: String

  @Argument(help: "Overrides, such as training.steps=2e5 seed=7.")
  var overrides: [String] = []

  /// Reads the configuration of a game of N players.
  func load(needs: [ExperimentConfiguration.Section]) throws -> ExperimentConfiguration {
    try ExperimentConfiguration(path: config, overrides: overrides, needs: needs)
  }

  /// Reads the configuration of either kind of game.
  func loadAny(needs: [ExperimentConfiguration.Section]) throws -> LabConfiguration {
    try LabConfiguration(path: config, overrides: overrides, needs: needs)
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
    if !quiet { complain(TerminalStyle(descriptor: STDERR_FILENO).letters(text)) }
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

/// Where runs go, and what happens to those that are there.
struct TrainingOutputOptions: ParsableArguments {
  @Option(name: .customLong("out"), help: "Folder for runs.", completion: .directory)
  var root = "runs"

  @Flag(help: "Go on from the checkpoint of what was interrupted.")
  var resume = false

  @Flag(help: "Start anew, replacing what is there.")
  var force = false

  func validate() throws {
    guard !root.isEmpty else {
      throw ValidationError("--out is empty: name a folder, such as runs")
    }
    if resume, force {
      throw ValidationError("--resume goes on and --force starts anew; choose one")
    }
  }

  /// The options of training.
  func options(threads: Int) -> TrainingOptions {
    TrainingOptions(
      root: root, threads: threads, resumes: resume, forces: force,
      commandLine: CommandLine.arguments)
  }
}
