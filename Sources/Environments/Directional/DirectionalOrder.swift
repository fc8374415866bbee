/// The stages of a directional game: a directed graph without loops, taken apart from its ends.
///
/// An edge d → d′ says that some feasible actions move play from d to d′ ≠ d with positive
/// probability. The game is directional if and only if that graph has no cycle. Its stages are what
/// is left over in turn when all points without a way out are removed again and again (Iskhakov,
/// Rust and Schjerning 2016, "Recursive Lexicographical Search: Finding All Markov Perfect
/// Equilibria of Finite State Directional Dynamic Games", Review of Economic Studies 83,
/// equations 8–9 and Lemma 2): those removed first are the end game. Points of one stage never lead
/// to each other.
public struct DirectionalOrder: Sendable {
  /// Points `[stage][…]`, ascending in a stage; the end game, where play ends up, **first**.
  public let stages: [[Int]]
  /// Which of `stages` each point is in.
  public let stageOfPoint: [Int]
  /// Where each point leads, ascending, itself left out.
  public let successors: [[Int]]

  /// Takes a graph apart. Cost: linear in points and edges.
  ///
  /// - Parameter successors: `[point][…]`, in any order; loops from a point to itself do not count.
  /// - Throws: `DirectionalLoop` with a cycle; `GameError` if a point does not exist.
  public init(successors: [[Int]]) throws {
    let count = successors.count
    var clean: [[Int]] = []
    clean.reserveCapacity(count)
    for (point, next) in successors.enumerated() {
      for other in next where other < 0 || other >= count {
        throw GameError("point \(point)", "leads to point \(other), which is none of \(count)")
      }
      clean.append(Set(next).subtracting([point]).sorted())
    }
    var waysOut = clean.map(\.count)
    var predecessors = [[Int]](repeating: [], count: count)
    for (point, next) in clean.enumerated() {
      for other in next { predecessors[other].append(point) }
    }
    var stage = (0..<count).filter { waysOut[$0] == 0 }
    var stages: [[Int]] = []
    var stageOfPoint = [Int](repeating: -1, count: count)
    var removed = 0
    while !stage.isEmpty {
      for point in stage { stageOfPoint[point] = stages.count }
      removed += stage.count
      stages.append(stage)
      var next: [Int] = []
      for point in stage {
        for other in predecessors[point] {
          waysOut[other] -= 1
          if waysOut[other] == 0 { next.append(other) }
        }
      }
      stage = next.sorted()
    }
    guard removed == count else {
      throw DirectionalLoop(points: Self.cycle(in: clean, among: stageOfPoint))
    }
    self.stages = stages
    self.stageOfPoint = stageOfPoint
    self.successors = clean
  }

  /// The number of points.
  public var pointCount: Int { successors.count }

  /// Points in the order in which they can be solved, the end game first.
  public var solvingOrder: [Int] { stages.flatMap(\.self) }

  /// Every pair (d′, d) such that play can get from d to d′ in any number of periods: the order of
  /// the game, its transitive closure. Cost: points × edges.
  public func reachable() -> [(later: Int, earlier: Int)] {
    var beyond = [Set<Int>](repeating: [], count: pointCount)
    for point in solvingOrder {
      beyond[point] = successors[point].reduce(into: Set(successors[point])) {
        $0.formUnion(beyond[$1])
      }
    }
    return (0..<pointCount).flatMap { point in beyond[point].sorted().map { ($0, point) } }
  }

  /// Some cycle among the points that were never removed: each leads to another of them.
  private static func cycle(in successors: [[Int]], among stageOfPoint: [Int]) -> [Int] {
    var point = stageOfPoint.firstIndex(of: -1)!
    var place: [Int: Int] = [:]
    var path: [Int] = []
    while place[point] == nil {
      place[point] = path.count
      path.append(point)
      point = successors[point].first { stageOfPoint[$0] == -1 }!
    }
    return Array(path[place[point]!...])
  }
}

/// A game that is not directional in the points asked for: play can come back.
public struct DirectionalLoop: Error, Sendable, Equatable, CustomStringConvertible {
  /// Points each of which leads to the next, and the last to the first.
  public let points: [Int]

  /// The cycle, and the way out.
  public var description: String {
    let cycle = (points + points.prefix(1)).map(String.init).joined(separator: " → ")
    return "play can go round \(cycle), so these points are not directional; "
      + "make them one point, whose states then move back and forth inside it"
  }
}
