internal import Environments

/// Every optimal policy of a game whose payoffs are u₀ + t(m) u₁ and whose law does not depend on m,
/// as m crosses its bounds.
///
/// The value of a fixed policy is affine in t, so the optimal value is convex and piecewise affine,
/// and Φ is constant where the policy is. The path of policies is followed like a parametric linear
/// program (Gass and Saaty 1955, "The computational algorithm for the parametric objective
/// function"): from the policy that is optimal just above t, with values V and slopes V′, the gap
/// between an action in use and another one is G + (t′ − t) B, and the least t′ at which a gap
/// vanishes is where the policy switches. At a switch the policy that is optimal just above it solves
/// the same decision problem with payoffs u₁ over the actions tied there.
struct ParametricPolicies: Sendable {
  /// A stretch of m with one optimal policy.
  struct Piece: Sendable {
    /// Ends, in m.
    var low: Double
    var high: Double
    var rows: [Int32]
    /// Φ.
    var mapped: Double
  }

  /// Ascending in m, without gaps.
  private(set) var pieces: [Piece] = []
  /// `[switch][state]`: rows that are optimal at the switch between pieces k and k + 1, for states
  /// with more than one.
  private(set) var ties: [[Int: [Int32]]] = []
  /// Whether actions with different consequences stay tied along a whole piece, at a state that the
  /// population visits: Φ then is an interval there.
  private(set) var hasLastingTies = false

  private var level: FrozenProblem
  private var slope: FrozenProblem
  private let transform: InteractionDependence.Transform

  /// What counts as a tie, relative to the largest value.
  private static let tie = 1e-11
  /// What counts as the same slope, relative to the largest slope.
  private static let flat = 1e-10

  /// Follows the path over the game's bounds.
  ///
  /// - Parameter maximumPieces: after so many the path is given up.
  /// - Returns: nil if it was given up or stopped from outside.
  /// - Throws: `MeanFieldError`.
  init?(
    _ problem: FrozenProblem, transform: InteractionDependence.Transform, maximumPieces: Int,
    isCancelled: () -> Bool
  ) throws {
    level = problem
    slope = problem
    self.transform = transform
    let bounds = problem.game.interactionBounds[0]
    let ends = [transform(bounds.lowerBound), transform(bounds.upperBound)].sorted()
    let isReversed = transform(bounds.lowerBound) > transform(bounds.upperBound)
    makeSlopes(ends[0], ends[1])

    var t = ends[0]
    freeze(t)
    try level.solve()
    var rows = steepest(level.policy, among: tiedRows(level.policy))
    while true {
      guard pieces.count < maximumPieces, !isCancelled() else { return nil }
      let gaps = gaps(of: rows)
      let next = t + gaps.reach
      let end = min(next, ends[1])
      let law = try level.invariantLaw(rows: rows)
      if !hasLastingTies {
        hasLastingTies = gaps.lasting.contains { tie in
          law[tie.state] > 0 && level.differ(Int(rows[tie.state]), tie.row)
        }
      }
      let (from, to) = (announced(t, bounds), announced(end, bounds))
      pieces.append(
        Piece(
          low: min(from, to), high: max(from, to), rows: rows,
          mapped: level.interaction(rows: rows, law: law)[0]))
      guard next < ends[1] else { break }
      t = next
      freeze(t)
      var tied = tiedRows(rows)
      var following = steepest(rows, among: tied)
      if following == rows {
        // The gap that vanishes here is a hair above the tolerance: look just beyond.
        t += max(8 * t.ulp, 1e-13 * (ends[1] - ends[0]))
        freeze(t)
        try level.solve()
        tied = tiedRows(level.policy)
        following = steepest(level.policy, among: tied)
        if following == rows {
          pieces.removeLast()
          continue
        }
      }
      rows = following
      ties.append(tied)
    }
    if isReversed {
      pieces.reverse()
      ties.reverse()
    }
  }

  private func announced(_ t: Double, _ bounds: ClosedRange<Double>) -> Double {
    let m = transform == .identity ? t : 1 / t
    return min(max(m, bounds.lowerBound), bounds.upperBound)
  }

  private mutating func freeze(_ t: Double) {
    level.freeze(at: [announced(t, level.game.interactionBounds[0])])
  }

  /// Tables whose payoffs are u₁, from the two ends.
  private mutating func makeSlopes(_ low: Double, _ high: Double) {
    freeze(low)
    let first = level.tables
    freeze(high)
    var tables = level.tables
    for row in tables.payoffs.indices {
      // Bounds that are a single point have no slopes, and one piece.
      tables.payoffs[row] =
        high > low ? (tables.payoffs[row] - first.payoffs[row]) / (high - low) : 0
    }
    slope.freeze(at: level.m, tables: tables)
  }

  /// Rows within the tolerance of the best at the frozen t, the row in use first, at each state that
  /// has several, from the values of `rows`.
  private mutating func tiedRows(_ rows: [Int32]) -> [Int: [Int32]] {
    let values = level.evaluate(rows: rows)
    let tolerance = Self.tie * FrozenProblem.scale(values, level.tables.payoffs)
    var tied: [Int: [Int32]] = [:]
    for state in rows.indices {
      let kept = Int(rows[state])
      for row in level.layout.rowOffsets[state]..<level.layout.rowOffsets[state + 1]
      where row != kept
        && level.actionValue(row: row, values: values) >= values[state] - tolerance
      {
        tied[state, default: [rows[state]]].append(Int32(row))
      }
    }
    return tied
  }

  /// The policy among tied rows whose value rises fastest in t: policy iteration with payoffs u₁.
  private mutating func steepest(_ start: [Int32], among tied: [Int: [Int32]]) -> [Int32] {
    var rows = start
    guard !tied.isEmpty else { return rows }
    let states = tied.keys.sorted()
    for _ in 0..<1000 {
      let values = slope.evaluate(rows: rows)
      let threshold = Self.flat * FrozenProblem.scale(values, slope.tables.payoffs)
      var isSettled = true
      for state in states {
        var best = values[state] + threshold
        for row in tied[state]! where row != rows[state] {
          let value = slope.actionValue(row: Int(row), values: values)
          if value > best {
            best = value
            rows[state] = row
            isSettled = false
          }
        }
      }
      if isSettled { break }
    }
    return rows
  }

  /// How far a policy stays optimal, and which other rows keep pace with it.
  private struct Gaps {
    /// t′ − t for the least t′ > t at which another row becomes as good as one in use.
    var reach = Double.infinity
    /// Rows tied at t whose gap does not change.
    var lasting: [(state: Int, row: Int)] = []
  }

  private mutating func gaps(of rows: [Int32]) -> Gaps {
    let values = level.evaluate(rows: rows)
    let slopes = slope.evaluate(rows: rows)
    let tolerance = Self.tie * FrozenProblem.scale(values, level.tables.payoffs)
    let flat = Self.flat * FrozenProblem.scale(slopes, slope.tables.payoffs)
    var gaps = Gaps()
    for state in rows.indices {
      let kept = Int(rows[state])
      for row in level.layout.rowOffsets[state]..<level.layout.rowOffsets[state + 1]
      where row != kept {
        let gap = values[state] - level.actionValue(row: row, values: values)
        let closing = slope.actionValue(row: row, values: slopes) - slopes[state]
        if gap <= tolerance {
          if abs(closing) <= flat { gaps.lasting.append((state, row)) }
        } else if closing > flat {
          gaps.reach = min(gaps.reach, gap / closing)
        }
      }
    }
    return gaps
  }
}
