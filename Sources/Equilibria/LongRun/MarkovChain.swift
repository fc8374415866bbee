public import Environments
public import Statistics

/// A finite Markov chain, written out densely: the play of a game under a stationary profile.
///
/// Its long-run analysis is in the files beside this one: `classStructure` (which states are ever
/// left for good), `stationaryLaw(of:)`, `absorptionChances(in:from:)` and, put together,
/// `longRun(from:)`.
///
/// **What counts as a transition.** For *which* states can be reached, and so for the classes and
/// their periods, a transition of probability at most `threshold` counts as absent: the
/// probabilities of a computed profile carry rounding of about 1e-16, and a single spurious 1e-17
/// would merge two classes. Everything else uses the probabilities as they are. A chain whose small
/// probabilities are meant can be analysed with `threshold` 0.
public struct MarkovChain: Sendable {
  /// P, shape [state × state]: P[s, s′] is the probability of moving from s to s′; rows sum to 1.
  public let transition: DenseMatrix
  /// Largest probability that counts as no transition when classes are formed.
  public let threshold: Double

  /// The largest chain taken from a game: its matrix fills 200 MB.
  public static let largestStateCount = 5000

  /// The number of states S.
  public var stateCount: Int { transition.rows }

  /// Wraps a transition matrix.
  ///
  /// Entries may miss [0, 1] by rounding (1e-9), and rows may miss the sum 1 by as much: negative
  /// entries become 0 and rows are divided by their sums.
  /// - Throws: `GameError` naming the row that is no law.
  public init(_ transition: DenseMatrix, threshold: Double = 1e-14) throws {
    precondition(threshold >= 0, "threshold \(threshold): must not be negative")
    let n = transition.rows
    guard n > 0, transition.columns == n else {
      throw GameError(
        "chain", "is \(n) × \(transition.columns): must be square, with at least one state")
    }
    var values = transition.values
    for row in 0..<n {
      var sum = 0.0
      for entry in (row * n)..<((row + 1) * n) {
        guard values[entry] >= -1e-9, values[entry] <= 1 + 1e-9 else {
          throw GameError(
            "chain, row \(row)",
            "probability \(values[entry]) of state \(entry - row * n) must be in [0, 1]")
        }
        values[entry] = max(0, values[entry])
        sum += values[entry]
      }
      guard abs(sum - 1) <= 1e-9 else {
        throw GameError("chain, row \(row)", "sums to \(sum): must sum to 1")
      }
      if sum != 1 { for entry in (row * n)..<((row + 1) * n) { values[entry] /= sum } }
    }
    self.transition = DenseMatrix(rows: n, columns: n, values: values)
    self.threshold = threshold
  }

  /// The chain of states when everybody follows `profile` in `game`.
  ///
  /// - Complexity: one pass over the played rows, and S² memory.
  /// - Throws: `GameError` if the profile does not fit the game, or if the game has more than
  ///   `largestStateCount` states.
  public init(_ game: StochasticGame, _ profile: Profile, threshold: Double = 1e-14) throws {
    try game.validate(profile)
    let n = game.stateCount
    guard n <= Self.largestStateCount else {
      throw GameError(
        "long run",
        "\(n) states: the dense analysis takes at most \(Self.largestStateCount); use a coarser "
          + "grid")
    }
    try self.init(
      DenseMatrix(rows: n, columns: n, values: game.transitionMatrix(under: profile)),
      threshold: threshold)
  }

  /// The law that puts everything on `state`.
  public func pointMass(at state: Int) -> [Double] {
    precondition((0..<stateCount).contains(state), "state \(state) of \(stateCount)")
    var law = [Double](repeating: 0, count: stateCount)
    law[state] = 1
    return law
  }

  /// The law after `steps` steps: initial Pᵗ.
  ///
  /// - Complexity: O(t S²).
  public func law(from initial: [Double], after steps: Int) -> [Double] {
    precondition(initial.count == stateCount, "one probability per state")
    precondition(steps >= 0, "steps \(steps): must not be negative")
    var law = initial
    for _ in 0..<steps { law = step(law) }
    return law
  }

  /// The chance that the chain is in `target` at some date 0, 1, …, `steps`.
  ///
  /// Mass is moved forward and taken out on arrival, so nothing is subtracted. Dates start at 0:
  /// mass that starts in the target counts.
  /// - Complexity: O(t S²), or O(S³ log t) by repeated squaring where that is less.
  public func hittingChance(of target: [Int], from initial: [Double], within steps: Int) -> Double {
    precondition(initial.count == stateCount, "one probability per state")
    precondition(steps >= 0, "steps \(steps): must not be negative")
    if steps / 64 > stateCount {
      return hittingChanceBySquaring(of: target, from: initial, within: steps)
    }
    var outside = initial
    var hit = 0.0
    func collect() {
      for state in target {
        hit += outside[state]
        outside[state] = 0
      }
    }
    collect()
    for _ in 0..<steps {
      outside = step(outside)
      collect()
    }
    return min(hit, 1)
  }

  /// The same by powers of the chain in which the target is never left: arrivals stay there.
  private func hittingChanceBySquaring(
    of target: [Int], from initial: [Double], within steps: Int
  ) -> Double {
    let n = stateCount
    var power = transition.values
    for state in target {
      for other in 0..<n { power[state * n + other] = other == state ? 1 : 0 }
    }
    var law = initial
    var rest = steps
    while rest > 0 {
      if rest & 1 == 1 { law = product(law, power, rows: 1) }
      rest >>= 1
      if rest > 0 { power = product(power, power, rows: n) }
    }
    return min(target.reduce(0) { $0 + law[$1] }, 1)
  }

  /// A times B, with `rows` rows of S entries in A and S rows in B.
  private func product(_ a: [Double], _ b: [Double], rows: Int) -> [Double] {
    let n = stateCount
    var result = [Double](repeating: 0, count: rows * n)
    for row in 0..<rows {
      for middle in 0..<n where a[row * n + middle] != 0 {
        let weight = a[row * n + middle]
        for column in 0..<n { result[row * n + column] += weight * b[middle * n + column] }
      }
    }
    return result
  }

  /// law P.
  private func step(_ law: [Double]) -> [Double] {
    let n = stateCount
    var next = [Double](repeating: 0, count: n)
    transition.values.withUnsafeBufferPointer { p in
      for state in 0..<n where law[state] != 0 {
        for other in 0..<n { next[other] += law[state] * p[state * n + other] }
      }
    }
    return next
  }
}
