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
    var rows = level.policy
    var tied = tiedRows(rows)
    rows = steepest(rows, among: tied)
    while true {
      guard pieces.count < maximumPieces, !isCancelled() else { return nil }
      let next = nextSwitch(after: t, rows)
      let end = min(next, ends[1])
      let policy = MeanFieldPolicy(rows: rows, in: problem.layout)
      let law = try level.invariantLaw(of: policy)
      noteLastingTies(rows, law)
      let (from, to) = (announced(t, bounds), announced(end, bounds))
      pieces.append(
        Piece(
          low: min(from, to), high: max(from, to), rows: rows,
          mapped: level.interaction(of: policy, law: law)[0]))
      guard next < ends[1] else { break }
      t = next
      freeze(t)
      tied = tiedRows(rows)
      let following = steepest(rows, among: tied)
      if following == rows {
        // The gap that should vanish here is a hair above the tolerance: step past it.
        t += max(8 * t.ulp, 1e-13 * (ends[1] - ends[0]))
        freeze(t)
        try level.solve()
        tied = tiedRows(level.policy)
        rows = steepest(level.policy, among: tied)
        if rows == pieces[pieces.count - 1].rows {
          pieces.removeLast()
          continue
        }
      } else {
        rows = following
      }
      ties.append(
        Dictionary(
          uniqueKeysWithValues: tied.enumerated().filter { $0.element.count > 1 }.map {
            ($0.offset, $0.element)
          }))
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
      tables.payoffs[row] = (tables.payoffs[row] - first.payoffs[row]) / (high - low)
    }
    slope.freeze(at: level.m, tables: tables)
  }

  /// Rows within the tolerance of the best at each state, the row in use first, from the values of
  /// `rows` at the frozen t.
  private mutating func tiedRows(_ rows: [Int32]) -> [[Int32]] {
    let values = level.values(of: rows)
    let tolerance = Self.tie * scale(values)
    return rows.indices.map { state in
      [rows[state]]
        + level.layout.rows(of: state).map { Int32($0) }.filter {
          $0 != rows[state]
            && level.actionValue(row: Int($0), values: values) >= values[state] - tolerance
        }
    }
  }

  /// The policy among tied rows whose value rises fastest in t: policy iteration with payoffs u₁.
  private mutating func steepest(_ start: [Int32], among tied: [[Int32]]) -> [Int32] {
    var rows = start
    guard tied.contains(where: { $0.count > 1 }) else { return rows }
    for _ in 0..<1000 {
      let values = slope.values(of: rows)
      let threshold = 1e-10 * scale(values)
      var isSettled = true
      for state in rows.indices where tied[state].count > 1 {
        var best = slope.actionValue(row: Int(rows[state]), values: values) + threshold
        for row in tied[state] where row != rows[state] {
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

  /// The least t′ > t at which another row becomes as good as one in use.
  private mutating func nextSwitch(after t: Double, _ rows: [Int32]) -> Double {
    let values = level.values(of: rows)
    let slopes = slope.values(of: rows)
    let tolerance = Self.tie * scale(values)
    let flat = 1e-10 * scale(slopes)
    var least = Double.infinity
    for state in rows.indices {
      for row in level.layout.rows(of: state) where row != Int(rows[state]) {
        let closing = slope.actionValue(row: row, values: slopes) - slopes[state]
        guard closing > flat else { continue }
        let gap = values[state] - level.actionValue(row: row, values: values)
        guard gap > tolerance else { continue }
        least = min(least, gap / closing)
      }
    }
    return t + least
  }

  private mutating func noteLastingTies(_ rows: [Int32], _ law: [Double]) {
    guard !hasLastingTies else { return }
    let values = level.values(of: rows)
    let slopes = slope.values(of: rows)
    let layout = level.layout
    for state in rows.indices where law[state] > 0 {
      for row in layout.rows(of: state) where row != Int(rows[state]) {
        guard
          values[state] - level.actionValue(row: row, values: values) <= Self.tie * scale(values),
          abs(slope.actionValue(row: row, values: slopes) - slopes[state]) <= 1e-10 * scale(slopes),
          level.differ(Int(rows[state]), row)
        else { continue }
        hasLastingTies = true
        return
      }
    }
  }

  private func scale(_ values: [Double]) -> Double {
    var largest = 0.0
    for value in values { largest = max(largest, abs(value)) }
    return largest > 0 ? largest : 1
  }
}
