internal import Environments

/// Every crossing of a game whose structure allows to prove that nothing is missed.
struct ProvedCrossings: Sendable {
  /// Ascending in m.
  var crossings: [MeanFieldCrossing] = []
  /// Why these are all.
  var proof = ""
  /// Why the proof has a gap; nil if it has none.
  var gap: String?
  var evaluations = 0

  private static let lastingTies =
    "actions with different consequences are tied along a piece, where Φ is an interval: there may "
    + "be a continuum of equilibria"

  /// The crossings, if the game has a closed form or says how it depends on m.
  ///
  /// - Returns: nil for games without either, and where a path of policies is too long.
  /// - Throws: `MeanFieldError`.
  init?(
    _ search: CrossingSearch, maximumPieces: Int, isCancelled: @Sendable () -> Bool
  ) throws {
    var search = search
    let before = search.evaluations
    if let game = search.problem.game as? any ClosedFormCrossings,
      let list = try? game.closedFormCrossings()
    {
      proof = game.closedForm
      gap = game.closedFormGap
      for item in list { crossings.append(try search.crossing(item)) }
    } else {
      switch search.problem.game.dependence {
      case .general: return nil
      case .constantBetween(let points):
        try constant(between: points, &search, isCancelled)
      case .affinePayoffs(let transform):
        guard
          let path = try ParametricPolicies(
            search.problem, transform: transform, maximumPieces: maximumPieces,
            isCancelled: isCancelled)
        else { return nil }
        try along(path, &search)
      }
    }
    evaluations = search.evaluations - before
  }

  // MARK: - Games that are constant between breakpoints

  /// Φ has one value on each piece, and meets the diagonal there if that value lies in the piece; at a
  /// breakpoint it may jump over the diagonal.
  private mutating func constant(
    between breakpoints: [Double], _ search: inout CrossingSearch,
    _ isCancelled: @Sendable () -> Bool
  ) throws {
    let bounds = search.problem.game.interactionBounds[0]
    let inside = breakpoints.filter { $0 > bounds.lowerBound && $0 <= bounds.upperBound }
    let edges = [bounds.lowerBound] + inside + [bounds.upperBound]
    proof = "the game is constant between \(inside.count) breakpoints, and every piece was solved"
    var earlier: (point: CrossingSearch.Point, tables: FrozenTables)?
    for k in 0..<edges.count - 1 {
      guard !isCancelled() else {
        gap = "stopped from outside"
        return
      }
      let (low, high) = (edges[k], edges[k + 1])
      // The last piece may be a single point: a breakpoint at the upper bound.
      let isLast = k == edges.count - 2
      let point = try search.point(low + 0.5 * (high - low))
      if search.hasTies(point) {
        gap = Self.lastingTies
      }
      let tables = search.problem.tables
      let mapped = Self.snapped(point.response.mapped[0], to: bounds)
      if let earlier {
        // f at the breakpoint under the left piece's Φ, and under the right one's.
        let left = low - earlier.point.response.mapped[0]
        let right = low - mapped
        if left <= 0, right > 0 { try jump(.up) } else if left > 0, right < 0 { try jump(.down) }
        func jump(_ direction: MeanFieldCrossing.Direction) throws {
          var (a, b) = (earlier.point, point)
          a.response.m = [low]
          b.response.m = [low]
          crossings.append(
            try search.kernelJump(
              .init(m: low, left: a, right: b, leftTables: earlier.tables, rightTables: tables),
              direction))
        }
      }
      if mapped >= low, isLast ? mapped <= high : mapped < high {
        let isEnd = mapped == bounds.lowerBound || mapped == bounds.upperBound
        let zero = try search.point(mapped)
        crossings.append(
          try search.crossing(.zero(zero), direction: isEnd ? try search.sides(of: zero) : .up))
      }
      earlier = (point, tables)
    }
  }

  // MARK: - Payoffs affine in t(m)

  /// Φ has one value on each piece of the path; at a switch it is the interval of what mixtures of the
  /// tied actions make.
  private mutating func along(
    _ path: ParametricPolicies, _ search: inout CrossingSearch
  ) throws {
    let pieces = path.pieces
    proof =
      "payoffs are affine in \(Self.name(search)), the law does not depend on it, and all "
      + "\(pieces.count) optimal policies were followed"
    if path.hasLastingTies {
      gap = Self.lastingTies
    }
    let bounds = search.problem.game.interactionBounds[0]
    search.count(pieces.count)
    for (k, piece) in pieces.enumerated() {
      let mapped = Self.snapped(piece.mapped, to: bounds)
      let slack = 1e-12 * max(1, abs(mapped))
      let isNew = crossings.last.map { abs($0.m[0] - mapped) > slack } ?? true
      if mapped >= piece.low - slack, mapped <= piece.high + slack, isNew, bounds.contains(mapped) {
        let isEnd = mapped == bounds.lowerBound || mapped == bounds.upperBound
        let zero = try search.point(mapped, playing: piece.rows)
        crossings.append(
          try search.crossing(.zero(zero), direction: isEnd ? try search.sides(of: zero) : .up))
      }
      guard k + 1 < pieces.count else { break }
      let m = piece.high
      let (left, right) = (m - piece.mapped, m - pieces[k + 1].mapped)
      let near = 1e-12 * max(1, abs(m))
      if abs(left) <= near || abs(right) <= near { continue }
      if (left < 0) != (right < 0) {
        try meet(piece.rows, pieces[k + 1].rows, at: m, isUp: left < 0, &search)
      } else if let pair = try straddling(
        path.ties[k], piece.rows, at: m, isAbove: left < 0, &search)
      {
        try meet(pair.below, pair.above, at: m, isUp: nil, &search)
      }
    }
  }

  /// Φ, or the bound that it misses by rounding.
  private static func snapped(_ mapped: Double, to bounds: ClosedRange<Double>) -> Double {
    let near = 8 * max(abs(bounds.lowerBound), abs(bounds.upperBound)).ulp
    let inside = min(max(mapped, bounds.lowerBound), bounds.upperBound)
    return abs(inside - mapped) <= near ? inside : mapped
  }

  private static func name(_ search: CrossingSearch) -> String {
    if case .affinePayoffs(.reciprocal) = search.problem.game.dependence { return "1 / m" }
    return "m"
  }

  private mutating func meet(
    _ left: [Int32], _ right: [Int32], at m: Double, isUp: Bool?, _ search: inout CrossingSearch
  ) throws {
    let states = left.indices.filter { left[$0] != right[$0] }
    let direction: MeanFieldCrossing.Direction =
      switch isUp {
      case true: .up
      case false: .down
      case nil: .touching
      }
    let isRising = isUp ?? true
    switch try search.settle(states, from: left, to: right, near: m, isUp: isRising) {
    case .jump(let place):
      crossings.append(try search.mixed(place, direction))
    case .zero(let point):
      crossings.append(try search.crossing(.zero(point), direction: direction))
    case .none: gap = "the switch at m = \(m) could not be made exact"
    }
  }

  /// Two policies of tied rows with Φ above and below m, where neither neighbouring piece is on the
  /// other side: only possible where three or more actions, or two or more states, tie at once.
  private mutating func straddling(
    _ tied: [Int: [Int32]], _ rows: [Int32], at m: Double, isAbove: Bool,
    _ search: inout CrossingSearch
  ) throws -> (below: [Int32], above: [Int32])? {
    guard tied.values.reduce(0, { $0 + $1.count - 1 }) > 1 else { return nil }
    search.freeze(m)
    // Both neighbours have Φ above m, or both below; look for the other side.
    let (other, mapped) = try search.problem.extremeInteraction(
      from: rows, among: tied, sign: isAbove ? -1 : 1)
    search.count(1)
    guard isAbove ? mapped < m : mapped > m else { return nil }
    return isAbove ? (rows, other) : (other, rows)
  }
}

extension CrossingSearch {
  /// The crossing that a closed form announces, made exact and certified.
  fileprivate mutating func crossing(
    _ item: ClosedFormCrossing
  ) throws -> MeanFieldCrossing {
    // The game is there beyond the bounds of the search, too.
    let range = problem.layout.interactionRange[0]
    let step = 1e-7 * (range.upperBound - range.lowerBound)
    let (before, after) = (item.m - step, item.m + step)
    let low = before >= range.lowerBound ? try point(before) : nil
    let high = after <= range.upperBound ? try point(after) : nil
    let isCrossed = low.map { l in high.map { (l.residual < 0) != ($0.residual < 0) } ?? false }
    let direction: MeanFieldCrossing.Direction =
      isCrossed == true ? (low!.residual < 0 ? .up : .down) : .touching
    guard item.kind == .mixed, let low, let high, isCrossed == true else {
      return try crossing(.zero(try point(item.m)), direction: direction)
    }
    return try crossing(.bracket(low, high), direction: direction)
  }

  /// Whether actions with different consequences are tied at a state that the population visits.
  func hasTies(_ point: Point) -> Bool {
    let response = point.response
    let scale = response.values.reduce(0) { max($0, abs($1)) }
    for (state, row) in response.rows.enumerated() where response.law[state] > 0 {
      for other in problem.layout.rows(of: state) where other != Int(row) {
        let gap = response.values[state] - problem.actionValue(row: other, values: response.values)
        if gap <= 1e-11 * scale, problem.differ(Int(row), other) { return true }
      }
    }
    return false
  }
}
