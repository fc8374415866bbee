import Foundation

@testable import Experiments

/// A small race that trains in milliseconds.
let smallRace = """
  experiment: small
  seed: 5
  replicates: 2
  game: {kind: compute-race, parameters: {grid: 7, actions: 3}}
  learner: {kind: q-learning}
  training: {steps: 30000, episode: 50, start: uniform}
  evaluation: {points: 9, against: {kind: bellman-nash, selection: joint}}

  """

func configuration(
  _ text: String = smallRace, _ overrides: [String] = []
) throws -> ExperimentConfiguration {
  try ExperimentConfiguration(
    yaml: text, source: "small.yaml", overrides: overrides,
    needs: [.game, .learner, .training, .evaluation])
}

/// A folder that goes away with the returned value.
final class TemporaryFolder {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "lab-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// Trains into a folder and returns the run.
@discardableResult
func train(
  _ configuration: ExperimentConfiguration, into root: String, threads: Int = 2,
  resumes: Bool = false, forces: Bool = false, interruption: Interruption = Interruption(),
  log: @escaping @Sendable (String) -> Void = { _ in }
) throws -> TrainingSession {
  try TrainingSession.train(
    configuration,
    options: TrainingOptions(root: root, threads: threads, resumes: resumes, forces: forces),
    interruption: interruption, progress: ProgressDisplay(unit: "steps", isSilent: true), log: log)
}

/// The bytes of every result file of a run, by name: what must not depend on how it was run.
func results(_ run: RunFolder) throws -> [String: Data] {
  var found: [String: Data] = [:]
  for folder in run.seeds() {
    for path in [
      folder.metricsPath, folder.metricLinesPath, folder.policyPath, folder.valuePath,
      folder.policyArraysPath, folder.summaryPath,
    ] {
      found["\(folder.seed)/\(URL(fileURLWithPath: path).lastPathComponent)"] = try readData(path)
    }
  }
  return found
}
