import Configuration
import Environments
import Equilibria
import Foundation
import Learners
import Statistics

/// A mean-field learner, configured in YAML.
func meanFieldLearner<L: MeanFieldLearner>(
  _ type: L.Type, _ yaml: String = "", game: any MeanFieldGame, seed: UInt64 = 1
) throws -> L {
  try L(try resolved(yaml, L.parameters), game: game, seed: seed, generator: .taus2)
}

/// Every outer step until the learner is done.
func allSteps<L: MeanFieldLearner>(_ learner: inout L) throws -> [OuterStep] {
  var steps: [OuterStep] = []
  while let step = try learner.advance() { steps.append(step) }
  return steps
}

func json(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  return try encoder.encode(value)
}

/// A mean-field game written out in a test; nothing depends on m but what `shift` says.
struct WrittenGame: MeanFieldGame {
  var layout: MeanFieldLayout
  var discount: Double
  var turnover: Turnover?
  var payoffs: [Double]
  var probabilities: [Double]
  /// What is added to each payoff per unit of the first scalar.
  var shift: [Double]
  var stateQuantity: String { "state" }

  /// Rows `[state][action]` of payoff, successors with probabilities, and κ.
  init(
    discount: Double, turnover: Turnover? = nil,
    _ rows: [[(pay: Double, next: [(Int, Double)], kappa: [Double], shift: Double)]]
  ) throws {
    layout = try MeanFieldLayout(
      coordinates: rows.indices.map { [Double($0)] },
      interactionNames: rows[0][0].kappa.indices.map { "m\($0 + 1)" },
      rows: rows.map { actions in
        actions.enumerated().map { action, row in
          .init(
            .number(Double(action)), successors: row.next.map(\.0), interaction: row.kappa)
        }
      })
    self.discount = discount
    self.turnover = turnover
    payoffs = rows.flatMap { $0.map(\.pay) }
    probabilities = rows.flatMap { $0.flatMap { $0.next.map(\.1) } }
    shift = rows.flatMap { $0.map(\.shift) }
  }

  func write(at m: [Double], to tables: inout FrozenTables) {
    for row in payoffs.indices { tables.payoffs[row] = payoffs[row] + shift[row] * m[0] }
    tables.probabilities = probabilities
  }
}

/// 0 → 1 → 0 → … with payoffs 1 and 3: no choice, β = ½.
func cycle() throws -> WrittenGame {
  try WrittenGame(
    discount: 0.5,
    [
      [(pay: 1, next: [(1, 1)], kappa: [0], shift: 0)],
      [(pay: 3, next: [(0, 1)], kappa: [1], shift: 0)],
    ])
}

/// Five states in a ring with one to three actions each, drawn by a fixed recipe.
func ring() throws -> WrittenGame {
  try WrittenGame(
    discount: 0.8,
    (0..<5).map { state in
      (0..<(1 + state % 3)).map { action in
        let forward = 0.2 + 0.15 * Double((state + 2 * action) % 5)
        let next = [(state, 0.1), ((state + 1) % 5, forward), ((state + 3) % 5, 0.9 - forward)]
        return (
          pay: Double((3 * state + 7 * action) % 5) - 0.3 * Double(action),
          next: next.sorted { $0.0 < $1.0 }, kappa: [Double(state) / 4], shift: 0
        )
      }
    })
}
