/// Two Bertrand competitors who may invest in the state-of-the-art technology, which improves on its
/// own: the leapfrogging duopoly of Iskhakov, Rust and Schjerning (2016), section 4.
///
/// A state is (c₁, c₂, c): the firms' marginal costs and the cost c of the best technology on sale,
/// c₁, c₂ ≥ c, all from a grid of n levels. Each period the firms earn the Bertrand profit
/// r₁ = max(c₂ − c₁, 0), r₂ = max(c₁ − c₂, 0) of their present plants (equation 34). A firm that
/// invests pays K(c) and has cost c, today's best, from the next period on. Then the state of the art
/// moves from c to c′ ≤ c with probability π(c′ | c).
///
/// With **simultaneous** moves both firms decide at once. With **alternating** moves only firm m may
/// invest, and m′ follows from m by a two-state chain of its own, independent of everything else.
///
/// With η > 0 the two choices carry private shocks, independent and type-I extreme-value
/// distributed with scale η; Euler's constant is left out, so that the expected maximum of a and b is
/// η log(exp(a/η) + exp(b/η)).
public struct LeapfroggingDuopoly: Sendable {
  /// Who may invest when.
  public enum Moves: String, Sendable, CaseIterable {
    /// Both firms, every period.
    case simultaneous
    /// One firm a period.
    case alternating
  }

  /// Marginal cost of each level, ascending, n ≥ 1 of them; money a unit.
  public let costs: [Double]
  /// β ∈ (0, 1).
  public let discount: Double
  /// K of each level, above 0; money.
  public let outlays: [Double]
  /// π(c′ | c) at `[level of c × n + level of c′]`; rows sum to 1, zero above the diagonal.
  public let technology: [Double]
  /// η ≥ 0; money.
  public let scale: Double
  /// Who may invest when.
  public let moves: Moves
  /// f: `turns[i][j]` is the probability that firm j moves next period if firm i moves in this one.
  public let turns: [[Double]]
  /// Level indices (c₁, c₂, c) at which simulated play starts; the apex unless set.
  public let start: LeapfroggingPoints.Point

  /// The number of cost levels.
  public var levels: Int { costs.count }

  /// Whether the firms are alike: always with simultaneous moves; with alternating ones if either's
  /// turn is followed by the other's equally often.
  public var isFair: Bool { moves == .simultaneous || turns[0] == [turns[1][1], turns[1][0]] }

  /// π(c′ | c) by level.
  public func improvement(from level: Int, to next: Int) -> Double {
    technology[level * levels + next]
  }

  /// r of `firm` (0 or 1) where the costs have these levels.
  public func profit(_ firm: Int, _ first: Int, _ second: Int) -> Double {
    let gap = costs[second] - costs[first]
    return max(firm == 0 ? gap : -gap, 0)
  }

  /// Most levels: 338,350 states at 100, 42 million at 500.
  public static let maximumLevels = 200

  /// Creates a duopoly.
  ///
  /// - Throws: `GameError` whose subject is the parameter at fault: costs that do not ascend,
  ///   outlays that are not positive, a technology that regresses, stands still for ever above the
  ///   lowest level or is no law, a turn chain that is no chain, a start below the state of the art.
  public init(
    costs: [Double], discount: Double, outlays: [Double], technology: [[Double]],
    scale: Double = 0, moves: Moves = .simultaneous, turns: [[Double]] = [[0, 1], [1, 0]],
    start: LeapfroggingPoints.Point? = nil
  ) throws {
    let n = costs.count
    guard n >= 1, n <= Self.maximumLevels else {
      throw GameError("n", "must be from 1 to \(Self.maximumLevels) levels, not \(n)")
    }
    guard costs.allSatisfy(\.isFinite), zip(costs, costs.dropFirst()).allSatisfy(<) else {
      throw GameError("costs", "must ascend strictly from the lowest level to the highest")
    }
    guard discount > 0, discount < 1 else {
      throw GameError("beta", "must be in (0, 1), not \(compactDecimal(discount))")
    }
    guard outlays.count == n else {
      throw GameError("K", "must have one outlay per cost level: \(n), not \(outlays.count)")
    }
    for (level, outlay) in outlays.enumerated() where !(outlay > 0 && outlay.isFinite) {
      throw GameError(
        "K",
        "is \(compactDecimal(outlay)) at cost \(compactDecimal(costs[level])); it must be above 0")
    }
    guard scale >= 0, scale.isFinite else {
      throw GameError("eta", "must be at least 0, not \(compactDecimal(scale))")
    }
    self.technology = try Self.checked(technology, costs: costs)
    guard turns.count == 2, turns.allSatisfy({ $0.count == 2 }) else {
      throw GameError("turns", "must be two rows of two probabilities, such as [[0, 1], [1, 0]]")
    }
    for (firm, row) in turns.enumerated() {
      guard row.allSatisfy({ $0 >= 0 && $0 <= 1 }), abs(row[0] + row[1] - 1) <= 1e-9 else {
        throw GameError(
          "turns",
          "row \(firm + 1) is [\(row.map(compactDecimal).joined(separator: ", "))]; a row holds the "
            + "probabilities of who moves next and must sum to 1")
      }
    }
    let start = start ?? LeapfroggingPoints.Point(n - 1, n - 1, n - 1)
    let range = 0..<n
    guard range.contains(start.first), range.contains(start.second), range.contains(start.best)
    else {
      throw GameError("start", "levels run from 0 to \(n - 1)")
    }
    guard start.first >= start.best, start.second >= start.best else {
      throw GameError(
        "start",
        "a cost below the state of the art: (\(start.first), \(start.second), \(start.best)) has "
          + "levels c1, c2, c, and c1 and c2 must be at least c")
    }
    self.costs = costs
    self.discount = discount
    self.outlays = outlays
    self.scale = scale
    self.moves = moves
    self.turns = turns.map { row in row.map { $0 / (row[0] + row[1]) } }
    self.start = start
  }

  /// Flattens a technology and checks it.
  private static func checked(_ rows: [[Double]], costs: [Double]) throws -> [Double] {
    let n = costs.count
    guard rows.count == n, rows.allSatisfy({ $0.count == n }) else {
      throw GameError(
        "technology", "rows must be \(n) rows of \(n) probabilities, both from the lowest cost up")
    }
    var flat: [Double] = []
    for (level, row) in rows.enumerated() {
      let place = "row \(level + 1), from cost \(compactDecimal(costs[level])),"
      guard row.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
        throw GameError("technology", "\(place) has a number that is no probability in [0, 1]")
      }
      if let worse = (level + 1..<max(n, level + 1)).first(where: { row[$0] > 0 }) {
        throw GameError(
          "technology",
          "\(place) leads back to cost \(compactDecimal(costs[worse])) with probability "
            + "\(compactDecimal(row[worse])): technology cannot regress")
      }
      let total = row.reduce(0, +)
      guard abs(total - 1) <= 1e-9 else {
        throw GameError("technology", "\(place) sums to \(compactDecimal(total)), not 1")
      }
      guard level == 0 || row[level] < total else {
        throw GameError(
          "technology",
          "\(place) stays for ever: every level above the lowest must improve with positive "
            + "probability; leave out the levels below it to end there")
      }
      flat += row.map { abs(total - 1) <= 1e-14 ? $0 : $0 / total }
    }
    return flat
  }

  /// One step down with probability 1 − stay above the lowest level.
  public static func steps(levels n: Int, stay: (_ level: Int) -> Double) -> [[Double]] {
    (0..<n).map { level in
      var row = [Double](repeating: 0, count: n)
      let stays = level == 0 ? 1 : stay(level)
      row[level] = stays
      if level > 0 { row[level - 1] = 1 - stays }
      return row
    }
  }
}
