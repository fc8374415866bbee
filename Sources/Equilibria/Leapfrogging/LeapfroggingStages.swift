internal import Environments

/// What the stage games of the leapfrogging duopoly have in common, whoever may invest when.
///
/// Points are the states (c₁, c₂, c) by their levels (i, j, l): the corner of layer l where both costs
/// are c, edges where one is, and the interior. Everything here is specialised where it is used.
protocol LeapfroggingStages: StageSolver {
  /// Owns the tables.
  var memory: LeapfroggingMemory { get }
  var tables: LeapfroggingTables { get }
  /// Both firms at the frontier: an investment gains nothing.
  func corner(
    _ l: Int, _ selected: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>
  ) -> StageOutcome
  /// One firm at the frontier.
  func edge(
    _ i: Int, _ j: Int, _ l: Int, _ selected: UnsafePointer<Double>,
    _ output: UnsafeMutablePointer<Double>
  ) -> StageOutcome
  /// Both firms behind.
  func interior(
    _ point: Int, _ i: Int, _ j: Int, _ l: Int, _ selected: UnsafePointer<Double>,
    _ output: UnsafeMutablePointer<Double>, _ capacity: Int
  ) throws -> StageOutcome
}

extension LeapfroggingStages {
  /// One a state (c₁, c₂, c).
  public var pointCount: Int { tables.pointCount }
  /// Corner, edges and interior of each layer.
  public func stage(of point: Int) -> Int { memory.space.stage(point) }
  /// Where play can go.
  public func reads(at point: Int) -> [Int] { tables.reads(at: point) }

  /// All equilibria of a stage game.
  @inline(__always)
  public func solve(
    _ point: Int, selected: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>,
    capacity: Int
  ) throws -> StageOutcome {
    try solveInGeneral(point, selected: selected, into: output, capacity: capacity)
  }

  /// The same for stages of every sort. Out of line: a solver with a short way keeps its loop small.
  @inline(never)
  func solveInGeneral(
    _ point: Int, selected: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>,
    capacity: Int
  ) throws -> StageOutcome {
    let place = tables.places + 4 * point
    let (i, j, l) = (Int(place[0]), Int(place[1]), Int(place[2]))
    switch place[3] {
    case 0: return corner(l, selected, output)
    case 1: return edge(i, j, l, selected, output)
    default: return try interior(point, i, j, l, selected, output, capacity)
    }
  }

  /// Σ π(c′ | c) V(i, j, c′) over lower layers, for the two values of an equilibrium at `places`.
  @inline(__always)
  func improved(
    _ i: Int, _ j: Int, _ l: Int, _ places: (Int, Int), _ selected: UnsafePointer<Double>
  ) -> (Double, Double) {
    let tables = tables
    var (first, second) = (0.0, 0.0)
    var entry = tables.improvementStart[l]
    let end = tables.improvementStart[l + 1]
    while entry < end {
      let at = width * tables.index(i, j, tables.improvementLevel[entry])
      let weight = tables.improvementWeight[entry]
      first += weight * selected[at + places.0]
      second += weight * selected[at + places.1]
      entry += 1
    }
    return (first, second)
  }

  /// The same with what the present layer brings, π(c | c) V(i, j, c), unless `stay` = π(c | c) is 0.
  @inline(__always)
  func reached(
    _ i: Int, _ j: Int, _ l: Int, _ stay: Double, _ places: (Int, Int),
    _ selected: UnsafePointer<Double>
  ) -> (Double, Double) {
    let lower = improved(i, j, l, places, selected)
    guard stay > 0 else { return lower }
    let at = width * tables.index(i, j, l)
    return (
      lower.0 + stay * selected[at + places.0], lower.1 + stay * selected[at + places.1]
    )
  }
}
