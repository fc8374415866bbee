import Configuration
import Environments
import Equilibria
import Foundation
import Testing

@testable import Experiments

private let text = """
  experiment: both
  seed: 5
  replicates: 3
  games:
    stable: {kind: compute-race, parameters: {grid: 7, actions: 3}}
    pennies: {kind: matching-pennies}
  learners:
    patient: {learner: {kind: q-learning}}
    hasty:
      learner: {kind: q-learning, step_size: 0.5}
      training: {steps: 4000}
  training: {steps: 20000, episode: 50}
  evaluation: {points: 4, against: {kind: bellman-nash, selection: joint}}
  match: {epsilon: 0.02}

  """

private func study(_ text: String = text) throws -> StudyConfiguration {
  try StudyConfiguration(DocumentNode(yaml: text, source: "both.yaml"), source: "both.yaml")
}

private func perform(_ study: StudyConfiguration, into root: String) throws -> Study {
  try Study.perform(
    study, options: TrainingOptions(root: root, threads: 2), interruption: Interruption(),
    progress: { ProgressDisplay(unit: $0, isSilent: true) }, log: { _ in })
}

@Test func `a study is every game with every learner, on the same seeds`() throws {
  let read = try study()
  #expect(read.cells.map(\.game) == ["stable", "stable", "pennies", "pennies"])
  #expect(read.cells.map(\.learner) == ["patient", "hasty", "patient", "hasty"])
  #expect(read.rule.epsilon == 0.02)
  for cell in read.cells {
    #expect(cell.configuration.seed == 5)
    #expect(cell.configuration.replicates == 3)
    let training = cell.configuration.resolved.group("training")!
    #expect(training.integer("steps") == (cell.learner == "hasty" ? 4000 : 20000))
    #expect(training.integer("episode") == 50)
  }
}

/// A cell is an ordinary configuration: trained alone it has the same folder and bytes.
@Test func `a study trains its cells as lab train would, and reuses them`() throws {
  let (root, alone) = (try TemporaryFolder(), try TemporaryFolder())
  let read = try study()
  let result = try perform(read, into: root.path)
  let single = try configuration(
    """
    experiment: both
    seed: 5
    replicates: 3
    game: {kind: compute-race, parameters: {grid: 7, actions: 3}}
    learner: {kind: q-learning}
    training: {steps: 20000, episode: 50}
    evaluation: {points: 4, against: {kind: bellman-nash, selection: joint}}

    """)
  let run = try train(single, into: alone.path).run
  let cell = RunFolder(root: root.path, configuration: read.cells[0].configuration)
  #expect(
    URL(fileURLWithPath: cell.path).lastPathComponent
      == URL(fileURLWithPath: run.path).lastPathComponent)
  #expect(try results(cell) == results(run))
  let again = try perform(read, into: root.path)
  #expect(again.csv == result.csv)
  #expect(try readText("\(root.path)/both/selection.csv") == result.csv)
}

@Test func `rows of a study add up to its seeds`() throws {
  let root = try TemporaryFolder()
  let result = try perform(study(), into: root.path)
  #expect(result.games.map(\.name) == ["stable", "pennies"])
  for game in result.games {
    #expect(game.learners.map(\.name) == ["patient", "hasty"])
    for learner in game.learners {
      #expect(learner.matching.selection.outcomes.reduce(0) { $0 + $1.count } == 3)
    }
    #expect(game.comparison != nil)
  }
  #expect(result.games[1].equilibria.completeness == "all")
  for line in result.text.split(separator: "\n") where line.contains("─") == false {
    #expect(line.count <= 100)
  }
}

@Test func `what is wrong in a study is named with its line`() {
  func refusal(_ text: String) -> String {
    do {
      _ = try study(text)
      return "accepted"
    } catch { return "\(error)" }
  }
  #expect(
    refusal(text.replacing("kind: q-learning,", with: "kind: q-lerning,")).contains(
      "both.yaml:10:"))
  #expect(refusal(text.replacing("games:", with: "game:")).contains("did you mean games?"))
  #expect(
    refusal(text.replacing("games:\n", with: "games: 3\nx:\n")).contains("unknown key"))
  #expect(
    refusal(text.replacing("  hasty:\n", with: "  hasty:\n    game: 3\n")).contains(
      "learners.hasty.game"))
  #expect(
    refusal(
      text.replacing(
        "step_size: 0.5}\n    training: {steps: 4000}", with: "step_size: {kind: power}}")
    ).contains("stable with hasty is the same configuration as stable with patient"))
}
