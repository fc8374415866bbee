import Environments
import Equilibria
import Foundation

@testable import Experiments

/// A small capacity market: nobody's moves depend on m.
let capacityMarket = """
  experiment: markets
  seed: 3
  game: {kind: mfe-capacity, parameters: {cap: 5}}
  montecarlo: {agents: 6, paths: 400, periods: 30}

  """

/// A market whose moves depend on m.
let stockMarket = """
  experiment: markets
  seed: 4
  game: {kind: mfe-inventory, parameters: {cap: 3, rounding: stochastic}}
  montecarlo: {agents: 2, paths: 4000, periods: 12, profiles: [uniform]}

  """

func markets(_ text: String = capacityMarket, _ overrides: [String] = []) throws
  -> MarketStudyConfiguration
{
  try MarketStudyConfiguration(yaml: text, source: "markets.yaml", overrides: overrides)
}

/// Runs a study of markets in a folder of its own and returns it.
@discardableResult
func simulate(
  _ configuration: MarketStudyConfiguration, into root: String? = nil, threads: Int = 2,
  resumes: Bool = false, drawsPlots: Bool = false, interruption: Interruption = Interruption()
) throws -> MonteCarloStudy {
  let folder = try TemporaryFolder()
  return try MonteCarloStudy.perform(
    .market(configuration),
    options: TrainingOptions(
      root: root ?? folder.path, threads: threads, resumes: resumes, draws: drawsPlots),
    interruption: interruption, log: { _ in },
    progress: ProgressDisplay(unit: "steps", isSilent: true), status: { _ in })
}

/// Two agents who follow one policy, on pairs of states: exact means by date, by following every pair
/// of rows. Shares nothing with the market's code but the game's tables.
struct PairOfAgents {
  let game: any MeanFieldGame
  let weights: [Double]
  private var law: [Double]

  init(_ game: any MeanFieldGame, _ weights: [Double], from initial: [Double]) {
    self.game = game
    self.weights = weights
    let count = initial.count
    law = (0..<count * count).map { initial[$0 / count] * initial[$0 % count] }
  }

  /// E of payoff, M and first coordinate of the average of both, at the date that is then left.
  mutating func step() -> [Double] {
    let layout = game.layout
    let count = layout.stateCount
    var next = [Double](repeating: 0, count: law.count)
    var means = [0.0, 0, 0]
    var tables = FrozenTables(layout)
    for pair in law.indices where law[pair] > 0 {
      let (x, y) = (pair / count, pair % count)
      means[2] += law[pair] * 0.5 * (layout.coordinates[x][0] + layout.coordinates[y][0])
      for a in layout.rows(of: x) where weights[a] > 0 {
        for b in layout.rows(of: y) where weights[b] > 0 {
          let chance = law[pair] * weights[a] * weights[b]
          let m = 0.5 * (layout.interaction[0][a] + layout.interaction[0][b])
          game.write(at: [m], to: &tables)
          means[0] += chance * 0.5 * (tables.payoffs[a] + tables.payoffs[b])
          means[1] += chance * m
          for i in layout.transitionOffsets[a]..<layout.transitionOffsets[a + 1] {
            for j in layout.transitionOffsets[b]..<layout.transitionOffsets[b + 1] {
              next[Int(layout.nextStates[i]) * count + Int(layout.nextStates[j])] +=
                chance * tables.probabilities[i] * tables.probabilities[j]
            }
          }
        }
      }
    }
    law = next
    return means
  }
}

/// One agent who is the whole market, as a game of one player: every row at its own κ.
func loneAgent(_ game: any MeanFieldGame, initial: [Double]) throws -> StochasticGame {
  let layout = game.layout
  return try StochasticGame(
    actionCounts: (0..<layout.stateCount).map { [layout.rows(of: $0).count] },
    discounts: [game.discount], initial: initial
  ) { state, joint, row in
    var tables = FrozenTables(layout)
    let index = layout.rowOffsets[state] + joint[0]
    game.write(at: layout.interaction.map { $0[index] }, to: &tables)
    row.pay(0, tables.payoffs[index])
    for entry in layout.transitionOffsets[index]..<layout.transitionOffsets[index + 1] {
      row.move(to: Int(layout.nextStates[entry]), probability: tables.probabilities[entry])
    }
  }
}
