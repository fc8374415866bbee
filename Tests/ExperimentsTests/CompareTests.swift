import Environments
import Equilibria
import Foundation
import Testing

@testable import Experiments

private func session(
  _ runs: [RunFolder], _ options: CompareOptions = CompareOptions()
) throws -> CompareSession {
  try CompareSession(
    runs, options: options, interruption: Interruption(),
    progress: ProgressDisplay(unit: "attempts", isSilent: true))
}

/// Matching pennies has one equilibrium, which no greedy policy comes near.
@Test func `no seed selects an equilibrium it does not play, and the set is complete`() throws {
  let root = try TemporaryFolder()
  let text = """
    replicates: 3
    game: {kind: matching-pennies}
    learner: {kind: q-learning}
    training: {steps: 2000, episode: 10}
    evaluation: {points: 3}

    """
  let run = try train(configuration(text), into: root.path).run
  let compared = try session([run])
  #expect(compared.equilibria[0].completeness == "all")
  #expect(compared.equilibria[0].count == 1)
  let matching = compared.runs[0].matching["last"]!
  #expect(matching.selection.none.count == 3)
  // A pure policy is ½ away from an even mix, in total variation.
  for seed in matching.seeds { #expect(abs(seed.distance! - 0.5) <= 1e-12) }
}

@Test func `policies given by hand select the equilibria they are`() throws {
  let root = try TemporaryFolder()
  let settings = try configuration(smallRace, ["replicates=4"])
  let run = try train(settings, into: root.path).run
  let game = settings.game
  let known = try EquilibriumSearch().solve(game)
  // Every stored policy is replaced: an equilibrium for the first three seeds, uniform for the last.
  for index in 0..<4 {
    let profile =
      index < 3 ? known.entries[index % known.entries.count].profile : game.uniformProfile
    try writeAtomically(
      PolicyTable.csv(
        game, [("last", profile), ("average", profile), ("best", game.uniformProfile)]),
      to: run.seedFolder(5 + UInt64(index)).policyPath)
  }
  let compared = try session([run])
  let last = compared.runs[0].matching["last"]!
  let expected = (0..<3).map { known.entries[$0 % known.entries.count].label }
  #expect(last.seeds.map(\.selected) == expected.map(Optional.init) + [nil])
  #expect(compared.runs[0].matching["best"]!.selection.none.count == 4)
  #expect(last.selection.none.count == 1)
  let single = try session([run], CompareOptions(against: .principal))
  #expect(single.equilibria[0].entries.count == 1)
}

/// Values of a pair are those of the profile put together by hand; rows and columns as documented.
@Test func `cross-play seats rows first and columns second`() throws {
  let game = try configuration().game
  func pure(_ action: Int) -> Profile {
    Profile((0..<2).map { game.purePolicy($0, Array(repeating: action, count: 7)) })
  }
  let table = try CrossPlay(
    [("low", [pure(0), pure(0)]), ("high", [pure(2)])], policy: "last", game: game, seed: 1,
    threads: 2, interruption: Interruption())
  #expect(table.cells[0][0].pairs == 2)
  #expect(table.cells[0][1].pairs == 2)
  #expect(table.cells[1][1].pairs == 0)
  #expect(table.cells[1][1].values == nil)
  let value = try game.values(of: Profile([pure(0)[0], pure(2)[1]])).map { dot(game.initial, $0) }
  for (estimate, expected) in zip(table.cells[0][1].values!, value) {
    #expect(abs(estimate.mean - expected) <= 1e-12)
    // Both seeds are alike, so there is nothing for the interval to cover.
    #expect(estimate.low == estimate.high)
  }
}

/// Intervals over two kinds of seeds: the mean is that of all pairs by hand.
@Test func `cross-play averages over pairs of different seeds`() throws {
  let game = try configuration().game
  let profiles = (0..<3).map { action in
    Profile((0..<2).map { game.purePolicy($0, Array(repeating: action, count: 7)) })
  }
  let table = try CrossPlay(
    [("all", profiles)], policy: "last", game: game, seed: 1, threads: 1,
    interruption: Interruption())
  var sum = 0.0
  for first in 0..<3 {
    for second in 0..<3 where first != second {
      let profile = Profile([profiles[first][0], profiles[second][1]])
      sum += dot(game.initial, try game.values(of: profile)[0])
    }
  }
  let estimate = table.cells[0][0].values![0]
  #expect(abs(estimate.mean - sum / 6) <= 1e-12)
  #expect(estimate.low < estimate.mean)
  #expect(estimate.high > estimate.mean)
}

@Test func `a table from elsewhere is judged as its policies are`() throws {
  let root = try TemporaryFolder()
  let settings = try configuration()
  let game = settings.game
  let exact = try BellmanNash().solve(game).profiles[0]
  let file = root.path + "/mine.csv"
  try writeAtomically(
    PolicyTable.csv(game, [("exact", exact), ("uniform", game.uniformProfile)]), to: file)
  let judgement = try PolicyJudgement(
    file: file, configuration: settings, options: CompareOptions(), interruption: Interruption(),
    progress: ProgressDisplay(unit: "attempts", isSilent: true))
  #expect(judgement.policies.map(\.policy) == ["exact", "uniform"])
  #expect(judgement.policies[0].selected == judgement.policies[0].nearest)
  #expect(judgement.policies[0].distance! <= 1e-6)
  #expect(judgement.policies[1].selected == nil)
  let uniform = try Certificate(game, game.uniformProfile)
  #expect(judgement.policies[1].verdict.nashConv == uniform.nashConv(under: game.initial))
}

@Test func `runs of several games are matched game by game`() throws {
  let root = try TemporaryFolder()
  let first = try train(configuration(), into: root.path).run
  let second = try train(
    configuration(smallRace, ["learner.step_size=0.2"]), into: root.path
  ).run
  let other = try train(
    configuration(smallRace, ["game.parameters.omega=0"]), into: root.path
  ).run
  let compared = try session([first, other, second, first])
  #expect(compared.runs.map(\.game) == [0, 1, 0])
  #expect(compared.equilibria.count == 2)
  #expect(compared.comparisons.count == 1)
  #expect(Set(compared.runs.map(\.name)).count == 3)
}
