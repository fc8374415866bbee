import Environments
import Statistics

/// The small race of the learning experiments.
func smallRace() throws -> StochasticGame {
  try ComputeRace(scenario: "stable-parity", ["grid": 11, "actions": 5]).stochasticGame()
}

/// One player, four states in a ring: action 0 goes on, action 1 stays, each paid by the table.
/// `slip` is the chance of going two states on instead.
func ring(discount: Double, slip: Double = 0) throws -> StochasticGame {
  let pay = [[1, 0.5], [-1, 0.25], [2, 0], [0, 1.5]]
  return try StochasticGame(
    actionCounts: [[2], [2], [2], [2]], discounts: [discount], initial: [1, 0, 0, 0]
  ) { state, joint, row in
    row.pay(0, pay[state][joint[0]])
    row.move(to: (state + 1 - joint[0]) % 4, probability: 1 - slip)
    row.move(to: (state + 2) % 4, probability: slip)
  }
}

/// One player, two states, two actions; where an action leads is up to the test.
func alternatingStates(discount: Double = 0.5) throws -> StochasticGame {
  try StochasticGame(actionCounts: [[2], [2]], discounts: [discount], initial: [1, 0]) {
    state, _, row in row.move(to: 1 - state, probability: 1)
  }
}

/// A two-player game of one state, repeated at a discount.
func bimatrix(_ a: [[Double]], _ b: [[Double]], discount: Double = 0) throws -> StochasticGame {
  try StochasticGame(
    actionCounts: [[a.count, a[0].count]], discounts: [discount, discount], initial: [1]
  ) { _, joint, row in
    row.pay(0, a[joint[0]][joint[1]])
    row.pay(1, b[joint[0]][joint[1]])
    row.move(to: 0, probability: 1)
  }
}

/// A zero-sum game of one state.
func zeroSum(_ a: [[Double]], discount: Double = 0) throws -> StochasticGame {
  try bimatrix(a, a.map { $0.map { -$0 } }, discount: discount)
}

/// A zero-sum game of two states, unequal numbers of actions and deterministic moves, whose stage
/// games mix: the first is a weighted matching pennies, the second 2 × 3 without a saddle point.
func zeroSumPair() throws -> StochasticGame {
  let pay = [[[3.0, -1], [-2, 1]], [[1.0, -1, 2], [-1, 2, -3]]]
  return try StochasticGame(
    actionCounts: [[2, 2], [2, 3]], discounts: [0.5, 0.5], initial: [1, 0]
  ) { state, joint, row in
    row.pay(0, pay[state][joint[0]][joint[1]])
    row.pay(1, -pay[state][joint[0]][joint[1]])
    row.move(to: (state + joint[0] + joint[1]) % 2, probability: 1)
  }
}

/// One player, discount 0.8. At state 0 action 0 pays 1 and stays, action 1 pays nothing and leads to
/// state 1, which leads back and pays 5 for action 0, nothing for action 1.
///
/// By hand: always investing is worth V₀ = 0.8 V₁, V₁ = 5 + 0.8 V₀: 100/9 and 125/9. The
/// other actions are worth 1 + 0.8·100/9 = 89/9 and 0.8·100/9 = 80/9: behind by 11/9 and 5.
func investing() throws -> StochasticGame {
  try StochasticGame(actionCounts: [[2], [2]], discounts: [0.8], initial: [1, 0]) {
    state, joint, row in
    row.pay(0, state == 0 ? [1, 0][joint[0]] : [5, 0][joint[0]])
    row.move(to: state == 0 ? joint[0] : 0, probability: 1)
  }
}

/// Three players with different numbers of actions, two states and an end, growing in places.
func threePlayers() throws -> StochasticGame {
  try StochasticGame(
    actionCounts: [[2, 3, 2], [3, 1, 2], [1, 1, 1]], discounts: [0.9, 0.5, 0.8],
    initial: [0.5, 0.5, 0], terminal: [2]
  ) { state, joint, row in
    for player in 0..<3 {
      let sum: Int = joint[0] + 2 * joint[1] + 3 * joint[2] + player + state
      row.pay(player, Double(sum % 5) - 1.5)
    }
    row.move(to: (state + joint[0] + joint[2]) % 2, probability: 0.75)
    row.move(to: 2, probability: 0.25)
    row.grow(by: joint[1] == 1 ? 1.1 : 1)
  }
}

/// Three players with different numbers of actions by state and different discounts; play ends at
/// state 3 with chance 1/10 a step or more, and grows or shrinks on some rows if `grows`.
func endingGame(grows: Bool = false) throws -> StochasticGame {
  try StochasticGame(
    actionCounts: [[2, 3, 1], [3, 2, 2], [2, 2, 2], [1, 1, 1]], discounts: [0.9, 0.8, 0.7],
    initial: [0.5, 0.25, 0.25, 0], terminal: [3]
  ) { state, joint, row in
    let (a, b, c) = (Double(joint[0]), Double(joint[1]), Double(joint[2]))
    let s = Double(state)
    row.pay(0, a * (s - 1) - 0.5 * b + c * a)
    row.pay(1, b * (1 - a) + 0.25 * s * c - 0.3)
    row.pay(2, c - a * b + 0.1 * s)
    if grows { row.grow(by: 1 + 0.05 * (a - b)) }
    row.move(to: (state + joint[0] + joint[1] * joint[2]) % 3, probability: 0.9 - 0.1 * a)
    row.move(to: 3, probability: 0.1 + 0.1 * a)
  }
}

/// Payoffs drawn from [0, 1).
func randomMatrix(_ rows: Int, _ columns: Int, seed: UInt64) -> [[Double]] {
  var stream = RandomStream(seed: seed, role: .generation)
  var matrix: [[Double]] = []
  for _ in 0..<rows {
    var row: [Double] = []
    for _ in 0..<columns { row.append(stream.uniform()) }
    matrix.append(row)
  }
  return matrix
}
