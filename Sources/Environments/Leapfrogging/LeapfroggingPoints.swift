/// The states (c₁, c₂, c) of the leapfrogging duopoly, in the order in which they are solved.
///
/// Cost levels count from 0, the lowest. Layer l holds the states whose state of the art is level l:
/// the corner (l, l), the edges (l, j) and (i, l), and the interior (i, j), with i, j > l. Layers come
/// in ascending order of l, and inside a layer corner, edges with firm 1 at the frontier, edges with
/// firm 2 there, interior; levels descend within each group (Iskhakov, Rust and Schjerning 2016,
/// Figures 4 and 5). Point 0 is the end game, the last one the apex (n−1, n−1, n−1), where the
/// game begins. There are n(n+1)(2n+1)/6 of them in 3n − 2 stages.
public struct LeapfroggingPoints: Sendable {
  /// One state.
  public struct Point: Sendable, Equatable {
    /// Level of firm 1's cost.
    public var first: Int
    /// Level of firm 2's cost.
    public var second: Int
    /// Level of the state of the art.
    public var best: Int

    /// Creates a state.
    public init(_ first: Int, _ second: Int, _ best: Int) {
      (self.first, self.second, self.best) = (first, second, best)
    }

    /// The same with the firms swapped.
    public var mirrored: Point { Point(second, first, best) }
  }

  /// Where in its layer a state lies.
  public enum Part: Int, Sendable {
    /// Both firms at the frontier.
    case corner
    /// One firm at the frontier.
    case edge
    /// Neither.
    case interior
  }

  /// The number n ≥ 1 of cost levels.
  public let levels: Int
  /// The states in solving order.
  public let points: [Point]
  /// Index of (i, j, l) at `[(l n + i) n + j]`; −1 where i < l or j < l.
  public let indices: [Int32]

  /// Lists the states of n levels. Cost n³.
  public init(levels n: Int) {
    precondition(n >= 1, "at least one level")
    levels = n
    var points: [Point] = []
    points.reserveCapacity(n * (n + 1) * (2 * n + 1) / 6)
    for l in 0..<n {
      points.append(Point(l, l, l))
      for j in stride(from: n - 1, to: l, by: -1) { points.append(Point(l, j, l)) }
      for i in stride(from: n - 1, to: l, by: -1) { points.append(Point(i, l, l)) }
      for i in stride(from: n - 1, to: l, by: -1) {
        for j in stride(from: n - 1, to: l, by: -1) { points.append(Point(i, j, l)) }
      }
    }
    var indices = [Int32](repeating: -1, count: n * n * n)
    for (index, point) in points.enumerated() {
      indices[(point.best * n + point.first) * n + point.second] = Int32(index)
    }
    self.points = points
    self.indices = indices
  }

  /// The number of states.
  public var count: Int { points.count }
  /// The index of the apex, where the game begins.
  public var apex: Int { count - 1 }
  /// The number of stages.
  public var stageCount: Int { 3 * levels - 2 }

  /// The index of a state. Traps on a cost below the state of the art.
  public func index(_ first: Int, _ second: Int, _ best: Int) -> Int {
    let index = indices[(best * levels + first) * levels + second]
    precondition(index >= 0, "costs cannot be below the state of the art")
    return Int(index)
  }

  /// Where in its layer a state lies.
  public func part(_ index: Int) -> Part {
    let point = points[index]
    switch (point.first == point.best, point.second == point.best) {
    case (true, true): return .corner
    case (false, false): return .interior
    default: return .edge
    }
  }

  /// The stage of a state, the end game's being 0: corner, edges and interior of layer 0, and so on.
  public func stage(_ index: Int) -> Int { 3 * points[index].best + part(index).rawValue }

  /// The state with the firms swapped.
  public func mirror(_ index: Int) -> Int {
    let point = points[index]
    return self.index(point.second, point.first, point.best)
  }
}
