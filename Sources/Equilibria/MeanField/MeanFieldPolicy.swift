public import Environments

/// What agents of a finite mean-field game do: a weight per row of the layout.
public struct MeanFieldPolicy: Sendable, Equatable, Codable {
  /// σ(a | x) of each row: nonnegative, summing to 1 over the rows of each state.
  public var weights: [Double]

  /// Wraps weights; the caller vouches for the laws.
  public init(weights: [Double]) { self.weights = weights }

  /// A pure policy: the row taken at each state.
  public init(rows: [Int32], in layout: MeanFieldLayout) {
    weights = [Double](repeating: 0, count: layout.rowCount)
    for row in rows { weights[Int(row)] = 1 }
  }

  /// Every feasible action alike.
  public static func uniform(_ layout: MeanFieldLayout) -> MeanFieldPolicy {
    var weights = [Double](repeating: 0, count: layout.rowCount)
    for state in 0..<layout.stateCount {
      let rows = layout.rows(of: state)
      for row in rows { weights[row] = 1 / Double(rows.count) }
    }
    return MeanFieldPolicy(weights: weights)
  }

  /// (1 − share) a + share b, state by state.
  public static func mix(
    _ a: MeanFieldPolicy, _ b: MeanFieldPolicy, share: Double
  ) -> MeanFieldPolicy {
    MeanFieldPolicy(
      weights: zip(a.weights, b.weights).map { $0 == $1 ? $0 : (1 - share) * $0 + share * $1 })
  }

  /// The row taken at each state, if the policy is pure.
  public func rows(in layout: MeanFieldLayout) -> [Int32]? {
    var rows: [Int32] = []
    for state in 0..<layout.stateCount {
      guard let row = layout.rows(of: state).first(where: { weights[$0] == 1 }) else { return nil }
      rows.append(Int32(row))
    }
    return rows
  }

  /// Σ_a σ(a | x) z(x, a) at each state, of a quantity per row.
  public func mean(_ quantity: [Double], in layout: MeanFieldLayout) -> [Double] {
    (0..<layout.stateCount).map { state in
      layout.rows(of: state).reduce(0) { total, row in
        weights[row] == 0 ? total : total + weights[row] * quantity[row]
      }
    }
  }
}

/// What stands in the way of an answer about a mean-field game.
public enum MeanFieldError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The population's chain has more than one closed class, so its long-run law is not unique.
  case severalClosedClasses(m: [Double], classes: [[String]])
  /// A row of the frozen tables is no law, or a payoff is not finite.
  case notALaw(GameError)
  /// The population's long-run law has ratios outside the range of doubles.
  case lawBeyondDoubles(m: [Double])
  /// Policy iteration did not settle; the payoffs' scale may be beyond double precision.
  case noOptimalPolicy(m: [Double])
  /// The method needs something of the game that it does not have.
  case unsuitable(String)

  /// What happened, and the way out.
  public var description: String {
    switch self {
    case .severalClosedClasses(let m, let classes):
      let named = classes.map { members in
        "{" + members.prefix(4).joined(separator: ", ")
          + (members.count > 4 ? ", … \(members.count) states" : "") + "}"
      }
      return "at m = \(m.map { "\($0)" }.joined(separator: ", ")) the population's chain has "
        + "\(classes.count) closed classes, \(named.joined(separator: " and ")): which law is meant "
        + "depends on where the population begins; let every state reach every other with a small "
        + "probability, or narrow `interaction` (of mfe-table: `bounds`)"
    case .notALaw(let error): return "\(error)"
    case .lawBeyondDoubles(let m):
      return
        "at m = \(m.map { "\($0)" }.joined(separator: ", ")) some moves of the population are so "
        + "unlikely that its long-run law leaves the range of doubles"
    case .noOptimalPolicy(let m):
      return
        "policy iteration does not settle at m = \(m.map { "\($0)" }.joined(separator: ", ")); "
        + "payoffs may be too large for double precision"
    case .unsuitable(let text): return text
    }
  }
}
