public import Environments

/// The stage games of a leapfrogging duopoly whose firms are alike, restricted to symmetric play: what
/// firm 1 does at (i, j, l), firm 2 does at (j, i, l).
///
/// Of two states that mirror each other the first to be solved chooses, and the other repeats it with
/// the firms swapped. Where both costs are equal, only equilibria that are their own mirror image
/// remain; a symmetric game of two players with two choices always has one. A search over these stage
/// games visits the symmetric equilibria of the game, each once.
public struct SymmetricStages<Solver: StageSolver & Sendable>: StageSolver, Sendable {
  private let solver: Solver
  private let mirror: [Int]
  /// Which number of an equilibrium is which of its mirror image.
  private let swap: [Int]

  fileprivate init(_ solver: Solver, levels: Int) {
    self.solver = solver
    let space = LeapfroggingPoints(levels: levels)
    mirror = (0..<space.count).map(space.mirror)
    // Values come first, those of turn 1 before those of turn 2; probabilities last.
    let values = solver.valueCount
    swap = (0..<solver.width).map { place in
      place < values ? values - 1 - place : values + solver.width - 1 - place
    }
  }

  /// As without the restriction.
  public var pointCount: Int { solver.pointCount }
  /// As without the restriction.
  public var width: Int { solver.width }
  /// As without the restriction.
  public var valueCount: Int { solver.valueCount }
  /// As without the restriction.
  public func stage(of point: Int) -> Int { solver.stage(of: point) }
  /// As without the restriction, or the mirror image alone where that comes first.
  public func reads(at point: Int) -> [Int] {
    mirror[point] < point ? [mirror[point]] : solver.reads(at: point)
  }

  /// The symmetric equilibria of a stage game.
  public func solve(
    _ point: Int, selected: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>,
    capacity: Int
  ) throws -> StageOutcome {
    if mirror[point] < point {
      let image = selected + mirror[point] * width
      for place in 0..<width { output[place] = image[swap[place]] }
      return StageOutcome(count: 1)
    }
    var outcome = try solver.solve(point, selected: selected, into: output, capacity: capacity)
    guard mirror[point] == point, outcome.count <= capacity else { return outcome }
    var kept = 0
    for index in 0..<outcome.count {
      let found = output + index * width
      let isSymmetric = (solver.valueCount..<width).allSatisfy {
        abs(found[$0] - found[swap[$0]]) <= 1e-9
      }
      guard isSymmetric else { continue }
      if kept < index { for place in 0..<width { output[kept * width + place] = found[place] } }
      kept += 1
    }
    outcome.count = kept
    return outcome
  }
}

extension LeapfroggingDuopoly {
  /// Searches the symmetric equilibria alone.
  ///
  /// - Returns: as `enumerateEquilibria`; nil if the firms are not alike.
  /// - Throws: as `enumerateEquilibria`.
  public func enumerateSymmetric(
    limits: EnumerationLimits, threads: Int, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> EnumerationOutcome? {
    guard isFair else { return nil }
    let apex = LeapfroggingPoints(levels: levels).apex
    switch moves {
    case .simultaneous:
      return try EquilibriumEnumeration(
        SymmetricStages(SimultaneousStages(self), levels: levels), payoffs: (apex, 0, 1),
        limits: limits
      ).run(threads: threads, isCancelled: isCancelled)
    case .alternating:
      return try EquilibriumEnumeration(
        SymmetricStages(AlternatingStages(self), levels: levels), payoffs: (apex, 0, 1),
        limits: limits
      ).run(threads: threads, isCancelled: isCancelled)
    }
  }
}
