import Statistics
import Testing

@testable import Equilibria

/// Values by classes of states against one dense system over all of them.
@Suite struct DiscountedChainTests {
  /// How states lead to each other.
  enum Shape: String, CaseIterable, CustomTestStringConvertible {
    /// To themselves and to states before them.
    case acyclic
    /// As that, and each to a partner that leads back.
    case pairs
    /// Anywhere, few a state: classes of all sizes.
    case sparse
    /// Round a circle, so that all are one class.
    case circle

    var testDescription: String { rawValue }
  }

  /// A chain whose states are numbered at random, so that no order is right by accident, with row sums
  /// of at most `growth`.
  private func chain(
    _ shape: Shape, states: Int, discount: Double, growth: Double, draw: inout Drawer
  ) -> DiscountedChain {
    var names = Array(0..<states)
    for last in stride(from: states - 1, to: 0, by: -1) { names.swapAt(last, draw.index(last + 1)) }
    var rows = [[(Int, Double)]](repeating: [], count: states)
    for state in 0..<states {
      var targets: [Int] = []
      switch shape {
      case .acyclic, .pairs:
        targets = (0..<3).map { _ in draw.index(state + 1) }
        if shape == .pairs, state ^ 1 < states { targets.append(state ^ 1) }
      case .sparse:
        targets = draw.index(4) == 0 ? [draw.index(states), draw.index(states)] : [state / 2]
      case .circle:
        targets = [(state + 1) % states, draw.index(states), state]
      }
      let law = draw.law(targets.count)
      let total = draw.real(0.5, growth)
      rows[names[state]] = zip(targets, law).map { (names[$0], total * $1) }
    }
    var chain = DiscountedChain(states: states, discount: discount)
    for row in rows {
      for (next, weight) in row { chain.add(next, weight) }
      chain.endRow(reward: draw.real(-1, 2))
    }
    return chain
  }

  private func dense(_ chain: DiscountedChain) -> DenseMatrix {
    let states = chain.rewards.count
    var matrix = DenseMatrix.identity(states)
    for row in 0..<states {
      for entry in chain.offsets[row]..<chain.offsets[row + 1] {
        matrix[row, Int(chain.columns[entry])] -= chain.discount * chain.weights[entry]
      }
    }
    return matrix
  }

  /// With q = δ × growth < 1 the condition number is at most (1 + q)/(1 − q). Either solution is
  /// exact for a matrix that differs by less than n ε: together 2 n ε (1 + q)/(1 − q) of the scale.
  @Test(arguments: Shape.allCases, [(0.9, 1.0), (0.7, 1.3)])
  func `classes against one dense system`(shape: Shape, law: (Double, Double)) throws {
    for seed in 0..<6 {
      var draw = Drawer(seed: UInt64(seed))
      let states = [1, 2, 3, 17, 60, 120][seed]
      let chain = chain(shape, states: states, discount: law.0, growth: law.1, draw: &draw)
      let others = (0..<2).map { _ in (0..<states).map { _ in draw.real(-5, 5) } }
      let matrix = dense(chain)
      let found = try chain.values(of: [chain.rewards] + others)
      #expect(try chain.values() == found[0])
      let q = law.0 * law.1
      for (rewards, values) in zip([chain.rewards] + others, found) {
        let exact = try solve(matrix, rewards)
        let scale = exact.map(abs).max()!
        let bound = 2 * Double(states) * Double.ulpOfOne * (1 + q) / (1 - q) * scale
        #expect(apart(values, exact) <= bound, "\(shape), \(states) states")
      }
    }
  }

  /// Sweeps end when nothing moves by more than 4e-16 of the scale: the error is at most q/(1 − q)
  /// times that, beside rounding in sums of four terms.
  @Test(arguments: [Shape.circle, .sparse])
  func `sweeps against one dense system`(shape: Shape) throws {
    var draw = Drawer(seed: 11)
    let chain = chain(shape, states: 150, discount: 0.95, growth: 1, draw: &draw)
    let exact = try solve(dense(chain), chain.rewards)
    let scale = exact.map(abs).max()!
    let swept = try chain.values(directLimit: 2)
    #expect(apart(swept, exact) <= 5e-15 * scale / 0.05)
    // All of the circle is one class, so that another limit makes another method.
    if shape == .circle { #expect(try chain.values() != swept) }
  }

  /// One class of more states than are solved directly. Every state of it leads to the next with
  /// weight 1, so that V is the sum of rewards ahead, discounted, round the circle.
  @Test func `a class beyond the direct limit`() throws {
    let (states, discount) = (DiscountedChain.directLimit + 1, 0.9)
    var chain = DiscountedChain(states: states, discount: discount)
    for state in 0..<states {
      chain.add((state + 1) % states, 1)
      chain.endRow(reward: state == 0 ? 1 : 0)
    }
    let values = try chain.values()
    for (state, ahead) in [(0, 0), (states - 1, 1), (states - 10, 10)] {
      #expect(abs(values[state] - pow(discount, ahead)) <= 1e-15)
    }
  }

  private func pow(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { power, _ in power * base }
  }

  /// A walk down a hundred thousand states, with discount 1: by hand, V of state k is k + 1.
  @Test func `a long chain without returns is one pass`() throws {
    let states = 100_000
    var chain = DiscountedChain(states: states, discount: 1)
    for state in 0..<states {
      if state > 0 {
        chain.add(state - 1, 0.25)
        chain.add(state - 1, 0.75)
      }
      chain.endRow(reward: 1)
    }
    #expect(try chain.values() == (1...states).map(Double.init))
  }

  @Test func `play that stays for ever undiscounted has no value`() throws {
    for members in 1...4 {
      var chain = DiscountedChain(states: 5, discount: 1)
      for state in 0..<5 {
        if state < members { chain.add((state + 1) % members, 1) }
        chain.endRow(reward: 1)
      }
      #expect(throws: NumericalError.self) { try chain.values() }
    }
  }

  /// A walk that needs some 10⁷ sweeps: the answer must not be an unfinished iterate.
  @Test func `a solve that does not settle is an error, not an answer`() throws {
    let states = 801
    var chain = DiscountedChain(states: states, discount: 1 - 1e-9)
    for state in 0..<states {
      chain.add(state, 1)
      chain.endRow(reward: 1)
    }
    // Nothing but self-loops: each is a class of its own.
    #expect(try chain.values().allSatisfy { abs($0 * 1e-9 - 1) <= 1e-6 })
    var slow = DiscountedChain(states: states, discount: 1 - 1e-9)
    for state in 0..<states {
      slow.add((state + 400) % states, 0.5)
      slow.add((state * 7 + 3) % states, 0.5)
      slow.endRow(reward: 1)
    }
    #expect(throws: NumericalError.self) { try slow.values(maximumSweeps: 1000) }
  }
}
