internal import Statistics

/// The solution of V = r + δ C V by forward substitution over classes of states that lead to each other.
///
/// Tarjan's algorithm gives the strongly connected components of the chain's own graph, those that are
/// left for no other first. So the values a component leads to are known when its turn comes, and what
/// remains is a system among its own states:
///
/// ```text
/// one state           V = (r + known) / (1 − δ c)
/// two                 elimination, refined once
/// up to directLimit   LU with partial pivoting, refined once
/// more                alternating Gauss-Seidel sweeps, until no value moves by more than rounding
/// ```
///
/// All but the last are exact up to rounding. All rewards share one factorisation. Duff, Erisman and Reid
/// (1986), *Direct Methods for Sparse Matrices*, chapter 6: block triangular form.
struct ChainBlocks {
  private let chain: DiscountedChain
  private let rewards: [[Double]]
  private let directLimit: Int
  private let maximumSweeps: Int
  /// The number of right-hand sides.
  private let width: Int
  /// `[state × reward]`; what is not yet solved holds rewards.
  private var values: [Double]
  /// The place of each state in its component.
  private var places: [Int32]

  init(
    _ chain: DiscountedChain, _ rewards: [[Double]], directLimit: Int, maximumSweeps: Int
  ) {
    (self.chain, self.rewards) = (chain, rewards)
    (self.directLimit, self.maximumSweeps) = (directLimit, maximumSweeps)
    width = rewards.count
    let states = chain.offsets.count - 1
    values = Array(repeating: 0, count: states * width)
    for (index, reward) in rewards.enumerated() {
      for state in 0..<states { values[state * width + index] = reward[state] }
    }
    places = Array(repeating: 0, count: states)
  }

  /// The solution for one reward.
  func values(of reward: Int) -> [Double] {
    stride(from: reward, to: values.count, by: max(width, 1)).map { values[$0] }
  }

  /// Solves every component in order.
  mutating func solve() throws {
    let (offsets, columns) = (chain.offsets, chain.columns)
    var order = ComponentOrder(nodes: places.count)
    order.find { node, edge in
      let entry = offsets[node] + edge
      return entry < offsets[node + 1] ? columns[entry] : nil
    }
    for part in 0..<order.count {
      let (first, end) = (order.offsets[part], order.offsets[part + 1])
      switch end - first {
      case 1: try solveOne(Int(order.members[first]))
      case 2: try solveTwo(Int(order.members[first]), Int(order.members[first + 1]))
      default:
        let members = order.members[first..<end].map { Int($0) }
        for (place, state) in members.enumerated() { places[state] = Int32(place) }
        if members.count <= directLimit {
          try solveDirectly(members, order.component, Int32(part))
        } else {
          for reward in 0..<width { try sweep(members, reward) }
        }
      }
    }
    guard values.allSatisfy(\.isFinite) else {
      throw NumericalError(
        routine: "policy evaluation", code: 1, reason: "a reward or a chance is not finite")
    }
  }

  /// Adds to the value of `state` what it can expect of states other than `first` and `second`, and
  /// returns δ times the chances of these.
  private mutating func expect(_ state: Int, _ first: Int, _ second: Int) -> (Double, Double) {
    var own = (0.0, 0.0)
    for entry in chain.offsets[state]..<chain.offsets[state + 1] {
      let column = Int(chain.columns[entry])
      let weight = chain.discount * chain.weights[entry]
      if column == first {
        own.0 += weight
      } else if column == second {
        own.1 += weight
      } else {
        for reward in 0..<width {
          values[state * width + reward] += weight * values[column * width + reward]
        }
      }
    }
    return own
  }

  private mutating func solveOne(_ state: Int) throws {
    let own = expect(state, state, -1).0
    let pivot = 1 - own
    guard abs(pivot) > .ulpOfOne * (1 + abs(own)) else { throw singular([state]) }
    for reward in 0..<width { values[state * width + reward] /= pivot }
  }

  private mutating func solveTwo(_ one: Int, _ two: Int) throws {
    let (first, second) = (expect(one, one, two), expect(two, one, two))
    // Rows (a, b) and (c, d), the one with the larger first entry to eliminate with.
    let isSwapped = abs(second.0) > abs(1 - first.0)
    let (a, b) = isSwapped ? (-second.0, 1 - second.1) : (1 - first.0, -first.1)
    let (c, d) = isSwapped ? (1 - first.0, -first.1) : (-second.0, 1 - second.1)
    let factor = c / a
    let pivot = d - factor * b
    guard abs(pivot) > 2 * .ulpOfOne * (abs(d) + abs(factor * b)) else {
      throw singular([one, two])
    }
    for reward in 0..<width {
      let (top, bottom) = (isSwapped ? two : one, isSwapped ? one : two)
      let (e, f) = (values[top * width + reward], values[bottom * width + reward])
      var (x, y) = (0.0, 0.0)
      for _ in 0..<2 {
        let (left, right) = (e - (a * x + b * y), f - (c * x + d * y))
        let step = (right - factor * left) / pivot
        y += step
        x += (left - b * step) / a
      }
      values[one * width + reward] = x
      values[two * width + reward] = y
    }
  }

  private mutating func solveDirectly(
    _ members: [Int], _ component: [Int32], _ part: Int32
  ) throws {
    let count = members.count
    var matrix = [Double](repeating: 0, count: count * count)
    var known = [[Double]](repeating: Array(repeating: 0, count: count), count: width)
    for (row, state) in members.enumerated() {
      for reward in 0..<width { known[reward][row] = values[state * width + reward] }
      for entry in chain.offsets[state]..<chain.offsets[state + 1] {
        let column = Int(chain.columns[entry])
        let weight = chain.discount * chain.weights[entry]
        if component[column] == part {
          matrix[row * count + Int(places[column])] -= weight
        } else {
          for reward in 0..<width { known[reward][row] += weight * values[column * width + reward] }
        }
      }
      matrix[row * count + row] += 1
    }
    let factors = try LUFactorisation(DenseMatrix(rows: count, columns: count, values: matrix))
    for reward in 0..<width {
      let found = try factors.solve(known[reward])
      for (row, state) in members.enumerated() { values[state * width + reward] = found[row] }
    }
  }

  /// Alternating sweeps until no entry moves by more than rounding; contracts at least by δ.
  private mutating func sweep(_ members: [Int], _ reward: Int) throws {
    let count = members.count
    var scale = 0.0
    for state in members {
      scale = max(scale, abs(rewards[reward][state]))
      values[state * width + reward] = 0
    }
    for sweep in 0..<maximumSweeps {
      var change = 0.0
      for step in 0..<count {
        let row = members[sweep % 2 == 0 ? step : count - 1 - step]
        var own = 0.0
        var sum = rewards[reward][row]
        for entry in chain.offsets[row]..<chain.offsets[row + 1] {
          let column = Int(chain.columns[entry])
          if column == row {
            own += chain.discount * chain.weights[entry]
          } else {
            sum += chain.discount * chain.weights[entry] * values[column * width + reward]
          }
        }
        let value = sum / (1 - own)
        change = max(change, abs(value - values[row * width + reward]))
        scale = max(scale, abs(value))
        values[row * width + reward] = value
      }
      if change <= 4e-16 * scale { return }
    }
    throw NumericalError(
      routine: "policy evaluation", code: 11,
      reason:
        "\(count) states that lead to each other did not settle in \(maximumSweeps) sweeps at "
        + "discount \(chain.discount); lower the discount or use at most \(directLimit) states")
  }

  private func singular(_ states: [Int]) -> NumericalError {
    NumericalError(
      routine: "policy evaluation", code: 21,
      reason: "matrix is singular to working precision: play that stays at "
        + "\(states.map { "state \($0)" }.joined(separator: " and ")) for ever has no value at "
        + "discount \(chain.discount)")
  }
}
