public import Environments
internal import Statistics

/// One Markov perfect equilibrium of a leapfrogging duopoly, by itself.
public struct LeapfroggingEquilibrium: Sendable {
  /// Its digits in solving order: which equilibrium of each stage game is selected.
  public let string: [Int]
  /// How many equilibria each stage game has, given the digits before it.
  public let bases: [Int]
  /// Values `[point][…]`: V₁, V₂; with alternating moves V₁, V₂ on firm 1's turn, then on firm 2's.
  public let values: [[Double]]
  /// Probabilities of investing `[point][firm]`, on its own turn if moves alternate.
  public let probabilities: [[Double]]

  fileprivate init<Solver: StageSolver>(_ search: RecursiveLexicographicalSearch<Solver>) {
    string = search.digits
    bases = search.bases
    let selections = (0..<search.pointCount).map { search.selection(at: $0) }
    values = selections.map { Array($0.prefix(search.solver.valueCount)) }
    probabilities = selections.map { Array($0.suffix(2)) }
  }
}

extension LeapfroggingDuopoly {
  /// Visits every equilibrium and tallies the payoffs at the apex; on firm 1's turn if moves alternate.
  ///
  /// - Throws: as `EquilibriumEnumeration.run`.
  public func enumerate(
    limits: EnumerationLimits, resuming resumption: EnumerationResumption? = nil, threads: Int,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (@Sendable (UInt128) -> Void)? = nil
  ) throws -> EnumerationOutcome {
    let apex = LeapfroggingPoints(levels: levels).apex
    switch moves {
    case .simultaneous:
      return try EquilibriumEnumeration(
        SimultaneousStages(self), payoffs: (apex, 0, 1), limits: limits
      ).run(
        resuming: resumption, threads: threads, isCancelled: isCancelled, progress: progress)
    case .alternating:
      return try EquilibriumEnumeration(
        AlternatingStages(self), payoffs: (apex, 0, 1), limits: limits
      ).run(
        resuming: resumption, threads: threads, isCancelled: isCancelled, progress: progress)
    }
  }

  /// The equilibrium of a string, or of its first digits with 0 after them, by state recursion alone.
  ///
  /// - Throws: `EquilibriumStringError` if it is no string of this game.
  public func equilibrium(of string: [Int]) throws -> LeapfroggingEquilibrium {
    switch moves {
    case .simultaneous: try Self.equilibrium(of: string, SimultaneousStages(self))
    case .alternating: try Self.equilibrium(of: string, AlternatingStages(self))
    }
  }

  private static func equilibrium<Solver: StageSolver>(
    of string: [Int], _ solver: Solver
  ) throws -> LeapfroggingEquilibrium {
    let search = RecursiveLexicographicalSearch(solver)
    try search.begin(with: string)
    return LeapfroggingEquilibrium(search)
  }

  /// Draws equilibria by random descents: at every point, in order, each equilibrium of the stage game
  /// is as likely as the others. Strings with few choices before them are drawn more often than others.
  ///
  /// - Throws: what the stage games throw.
  public func drawnEquilibria(
    _ count: Int, seed: UInt64, isCancelled: () -> Bool = { false }
  ) throws -> [LeapfroggingEquilibrium] {
    switch moves {
    case .simultaneous: try Self.drawn(count, seed, isCancelled, SimultaneousStages(self))
    case .alternating: try Self.drawn(count, seed, isCancelled, AlternatingStages(self))
    }
  }

  private static func drawn<Solver: StageSolver>(
    _ count: Int, _ seed: UInt64, _ isCancelled: () -> Bool, _ solver: Solver
  ) throws -> [LeapfroggingEquilibrium] {
    var stream = RandomStream(seed: seed, role: .solver)
    let search = RecursiveLexicographicalSearch(solver)
    var drawn: [LeapfroggingEquilibrium] = []
    for _ in 0..<count where !isCancelled() {
      try search.begin(choosing: { _, base in base == 1 ? 0 : stream.index(below: base) })
      drawn.append(LeapfroggingEquilibrium(search))
    }
    return drawn
  }

  /// Visits the first `limit` equilibria in their order, with all that is known of each.
  ///
  /// - Parameter body: returns false to end the visit.
  /// - Throws: what the stage games throw.
  public func forEachEquilibrium(
    limit: Int = .max, _ body: (LeapfroggingEquilibrium) throws -> Bool
  ) throws {
    switch moves {
    case .simultaneous: try Self.visit(SimultaneousStages(self), limit, body)
    case .alternating: try Self.visit(AlternatingStages(self), limit, body)
    }
  }

  private static func visit<Solver: StageSolver>(
    _ solver: Solver, _ limit: Int, _ body: (LeapfroggingEquilibrium) throws -> Bool
  ) throws {
    guard limit > 0 else { return }
    let search = RecursiveLexicographicalSearch(solver)
    try search.begin()
    var count = 0
    repeat {
      guard try body(LeapfroggingEquilibrium(search)) else { return }
      count += 1
    } while try count < limit && search.advance()
  }
}
