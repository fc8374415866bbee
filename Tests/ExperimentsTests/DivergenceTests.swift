import Foundation
import Testing

@testable import Experiments

private func baird(_ features: String, _ weights: String) -> String {
  """
  experiment: star
  seed: 5
  replicates: 1
  game: {kind: baird}
  learner:
    kind: linear-q-learning
    features: {kind: \(features)}
    step_size: 0.1
    initial_weights: \(weights)
    exploration: {kind: epsilon-greedy, epsilon: 1}
  training: {steps: 200_000, episode: 1, start: uniform}
  evaluation: {points: 12}
  """
}

/// At step 0.1 the weights of a seed grow by about 1.012 a step: beyond 1e308 after 60,000.
@Test func `weights that overflow stop the run and are named`() throws {
  let root = try TemporaryFolder()
  var message = ""
  do {
    _ = try train(
      configuration(baird("coordinates", "[1, 1, 1, 1, 1, 1, 10, 1]")), into: root.path)
  } catch { message = "\(error)" }
  #expect(message.contains("train/weight_max became inf at step"))
  #expect(message.contains("learner.features"))
}

@Test func `weights of a table on the same star are logged and fade`() throws {
  let root = try TemporaryFolder()
  let run = try train(configuration(baird("tabular", "[1]")), into: root.path).run
  let text = try String(contentsOfFile: run.seedFolder(5).metricsPath, encoding: .utf8)
  let rows = text.split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false)
  }
  let column = try #require(rows[0].firstIndex(of: "train/weight_max"))
  let weights = rows.dropFirst().compactMap { Double($0[column]) }
  #expect(weights.count == 12)
  #expect(zip(weights, weights.dropFirst()).allSatisfy { $0 >= $1 })
  #expect(weights.last! <= 0.01)
}

@Test func `the picture of weights has a line for each seed that has any`() {
  let script = Plot.weightsScript(
    [[(1, 10), (100, 1e6)], [], [(1, 10), (100, 2e6)]], title: "it's",
    canvas: Plot.Canvas(format: .svg, height: 440, output: "weights.svg"))
  #expect(script.contains("set title 'it''s' noenhanced"))
  #expect(script.contains("$seed1 << EOD\n1.0 10.0\n100.0 2000000.0\nEOD"))
  #expect(!script.contains("$seed2"))
  #expect(script.contains("set logscale xy"))
}
