/// All equilibria of every stage game of a directional game, given the equilibria selected at the
/// points solved before it.
///
/// Points are numbered in solving order: 0 is an end of the game, and a stage game reads only points
/// with smaller numbers. An equilibrium is `width` numbers: first the `valueCount` values that other
/// points read, then whatever else identifies it, such as probabilities. A solver returns *all*
/// equilibria, in an order that depends on the values it reads alone; if it cannot, the search finds
/// the equilibria of the game that are made of those it returns.
public protocol StageSolver {
  /// The number of stage games.
  var pointCount: Int { get }
  /// Numbers an equilibrium.
  var width: Int { get }
  /// Numbers of an equilibrium that other stage games read, the first ones.
  var valueCount: Int { get }
  /// The stage of each point: points of a stage do not depend on each other. Ascends from 0.
  func stage(of point: Int) -> Int
  /// The points whose values the stage game at `point` reads.
  func reads(at point: Int) -> [Int]
  /// Whether the stage game at `point` has one equilibrium whatever is selected before it, and any tie
  /// in it shows in another stage game too. A search that wants payoffs elsewhere then need not solve
  /// it, unless others read it.
  func hasOneEquilibrium(at point: Int) -> Bool
  /// Writes every equilibrium of a stage game.
  ///
  /// - Parameters:
  ///   - selected: the selected equilibrium of point k at `k * width`.
  ///   - capacity: how many equilibria `output` holds. If there are more, nothing beyond it may be
  ///     written; the search then asks again with room.
  /// - Returns: how many there are.
  /// - Throws: what a search should stop with.
  func solve(
    _ point: Int, selected: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>,
    capacity: Int
  ) throws -> StageOutcome
}

extension StageSolver {
  /// Nothing is known, unless a solver says so.
  public func hasOneEquilibrium(at point: Int) -> Bool { false }
}

/// What a stage game has.
public struct StageOutcome: Sendable, Equatable {
  /// The number of equilibria.
  public var count: Int
  /// Whether an exact tie was met: there may be infinitely many equilibria, or an even number of
  /// them, of which these are some.
  public var isDegenerate: Bool

  /// Creates an outcome.
  @inlinable
  public init(count: Int, isDegenerate: Bool = false) {
    self.count = count
    self.isDegenerate = isDegenerate
  }
}
