internal import Environments

/// The market of two agents, exactly: agent 1 against one that follows g, on pairs of states (x₁, x₂).
///
///     Q(x₁, a₁, x₂) = Σ σ(a₂ | x₂) { π(x₁, a₁, M) + β Σ P(y₁ | x₁, a₁, M) P̃(y₂ | x₂, a₂, M) V(y₁, y₂) },
///
/// M = (κ(x₁, a₁) + κ(x₂, a₂)) / 2, where P̃ includes that agent 2 may leave and be replaced; agent 1
/// stays. Values of any own policy, and of the best policy that sees both states. Iterated with the
/// bounds of MacQueen (1966, "A modified dynamic programming method for Markovian decision problems")
/// until they are 1e-13 of the largest value apart, or rounding stops them; between two rounds of
/// improvement the last policy is iterated (modified policy iteration, Puterman and Shin 1978).
public struct PairMarket: Sendable {
  /// The policy of the other agent.
  public let subject: MarketSubject
  private let layout: MeanFieldLayout
  private let discount: Double
  private let survival: Double
  private let entryState: Int
  /// The rows that agent 2 may take, with their weights, state after state.
  private let otherRows: [Int]
  private let otherOffsets: [Int]
  /// Payoff of agent 1, `[row × other row]`.
  private var payoffs: [Double] = []
  /// Where the laws of both begin in `laws`, `[row × other row]`; empty where the law is fixed.
  private var ownLaw: [Int] = []
  private var otherLaw: [Int] = []
  private var laws: [Double] = []
  private let hasFixedLaw: Bool

  /// The most multiplications in one sweep over all pairs and actions.
  public static let limit = 30_000_000

  /// Multiplications in one sweep over all pairs and actions: what an exact answer costs.
  public static func work(_ subject: MarketSubject) -> Int {
    let layout = subject.game.layout
    func width(_ row: Int) -> Int {
      layout.transitionOffsets[row + 1] - layout.transitionOffsets[row]
    }
    let others = (0..<layout.rowCount).filter { subject.policy.weights[$0] > 0 }
    let (own, other) = (layout.nextStates.count, others.reduce(0) { $0 + width($1) })
    if case .affinePayoffs = subject.game.dependence {
      return own * others.count + layout.stateCount * other
    }
    return own * other
  }

  /// Writes the tables at every M that two agents can bring up.
  ///
  /// - Throws: `MeanFieldError.unsuitable` beyond `limit`.
  public init(_ subject: MarketSubject) throws {
    let work = Self.work(subject)
    guard work <= Self.limit else {
      throw MeanFieldError.unsuitable(
        "the market of two agents has too many pairs of states for an exact answer: \(work) "
          + "products a sweep, and at most \(Self.limit) are taken; make the game smaller")
    }
    let game = subject.game
    let layout = game.layout
    self.subject = subject
    self.layout = layout
    discount = game.discount
    survival = game.turnover?.survival ?? 1
    entryState = game.turnover?.entry ?? 0
    var rows: [Int] = []
    var offsets = [0]
    for state in 0..<layout.stateCount {
      rows += layout.rows(of: state).filter { subject.policy.weights[$0] > 0 }
      offsets.append(rows.count)
    }
    otherRows = rows
    otherOffsets = offsets
    var fixed = false
    if case .affinePayoffs = game.dependence { fixed = true }
    hasFixedLaw = fixed
    writeTables()
  }

  private mutating func writeTables() {
    let game = subject.game
    var tables = FrozenTables(layout)
    let ranges = layout.interactionRange
    var m = subject.m
    payoffs.reserveCapacity(layout.rowCount * otherRows.count)
    if hasFixedLaw {
      game.write(at: m, to: &tables)
      laws = tables.probabilities
    }
    for row in 0..<layout.rowCount {
      for other in otherRows {
        for scalar in m.indices {
          let kappa = layout.interaction[scalar]
          m[scalar] = min(
            max(0.5 * (kappa[row] + kappa[other]), ranges[scalar].lowerBound),
            ranges[scalar].upperBound)
        }
        game.write(at: m, to: &tables)
        payoffs.append(tables.payoffs[row])
        guard !hasFixedLaw else { continue }
        ownLaw.append(laws.count)
        laws += tables.probabilities[transitions(row)]
        otherLaw.append(laws.count)
        laws += tables.probabilities[transitions(other)]
      }
    }
  }

  private func transitions(_ row: Int) -> Range<Int> {
    layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1]
  }

  /// J₂ of agent 1 following `policy` against one that follows g, from first states drawn apart.
  public func value(of policy: MeanFieldPolicy, from initial: [Double]) -> Double {
    start(iterate(following: policy.weights), initial)
  }

  /// The most that agent 1 can earn, seeing both states.
  public func bestValue(from initial: [Double]) -> Double {
    start(iterate(following: nil), initial)
  }

  private func start(_ values: [Double], _ initial: [Double]) -> Double {
    let states = layout.stateCount
    var total = 0.0
    for own in 0..<states where initial[own] > 0 {
      for other in 0..<states {
        total += initial[own] * initial[other] * values[own * states + other]
      }
    }
    return total
  }

  /// V(x₁, x₂), `[own × other]`: of a policy given by its weights, or the best.
  func iterate(following weights: [Double]?) -> [Double] {
    let states = layout.stateCount
    var values = [Double](repeating: 0, count: states * states)
    var next = values
    var ahead = [Double](repeating: 0, count: hasFixedLaw ? states * otherRows.count : 0)
    var best = [Int32](repeating: 0, count: weights == nil ? states * states : 0)
    let factor = discount / (1 - discount)
    var narrowest = Double.infinity
    var stalled = 0
    var round = 0
    while true {
      // Without a policy, every 16th round improves and the others follow what it found.
      let improves = weights == nil && round % 16 == 0
      if hasFixedLaw { lookAhead(values, &ahead) }
      var (least, most, scale) = (Double.infinity, -Double.infinity, 0.0)
      for own in 0..<states {
        for other in 0..<states {
          let pair = own * states + other
          var value = 0.0
          if let weights {
            for row in layout.rows(of: own) where weights[row] > 0 {
              value += weights[row] * actionValue(row, other, values, ahead)
            }
          } else if improves {
            value = -.infinity
            for row in layout.rows(of: own) {
              let candidate = actionValue(row, other, values, ahead)
              if candidate > value {
                value = candidate
                best[pair] = Int32(row)
              }
            }
          } else {
            value = actionValue(Int(best[pair]), other, values, ahead)
          }
          next[pair] = value
          least = min(least, value - values[pair])
          most = max(most, value - values[pair])
          scale = max(scale, abs(value))
        }
      }
      swap(&values, &next)
      round += 1
      guard weights != nil || improves else { continue }
      // The truth lies between values + factor × least and values + factor × most.
      let width = factor * (most - least)
      stalled = width < narrowest ? 0 : stalled + 1
      narrowest = min(narrowest, width)
      if width <= 1e-13 * max(scale, 1e-300) || (stalled >= 50 && width <= 1e-9 * scale)
        || round >= 2_000_000
      {
        let shift = 0.5 * factor * (least + most)
        return values.map { $0 + shift }
      }
    }
  }

  /// Σ_{y₂} P̃(y₂) V(y₁, y₂) for every y₁ and row of agent 2, where the law does not depend on M.
  private func lookAhead(_ values: [Double], _ ahead: inout [Double]) {
    let states = layout.stateCount
    for own in 0..<states {
      for (j, other) in otherRows.enumerated() {
        var total = 0.0
        for entry in transitions(other) {
          total += laws[entry] * values[own * states + Int(layout.nextStates[entry])]
        }
        if survival < 1 {
          total = survival * total + (1 - survival) * values[own * states + entryState]
        }
        ahead[own * otherRows.count + j] = total
      }
    }
  }

  /// Q(x₁, a₁, x₂), summed over what agent 2 may do.
  private func actionValue(
    _ row: Int, _ other: Int, _ values: [Double], _ ahead: [Double]
  ) -> Double {
    let states = layout.stateCount
    var total = 0.0
    for j in otherOffsets[other]..<otherOffsets[other + 1] {
      let place = row * otherRows.count + j
      let own = transitions(row)
      var next = 0.0
      if hasFixedLaw {
        for entry in own {
          next += laws[entry] * ahead[Int(layout.nextStates[entry]) * otherRows.count + j]
        }
      } else {
        let theirs = transitions(otherRows[j])
        for (k, entry) in own.enumerated() {
          let probability = laws[ownLaw[place] + k]
          guard probability > 0 else { continue }
          let line = Int(layout.nextStates[entry]) * states
          var inner = 0.0
          for (l, target) in theirs.enumerated() {
            inner += laws[otherLaw[place] + l] * values[line + Int(layout.nextStates[target])]
          }
          if survival < 1 { inner = survival * inner + (1 - survival) * values[line + entryState] }
          next += probability * inner
        }
      }
      total += subject.policy.weights[otherRows[j]] * (payoffs[place] + discount * next)
    }
    return total
  }
}
