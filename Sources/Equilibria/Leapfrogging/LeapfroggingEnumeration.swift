public import Environments

extension LeapfroggingDuopoly {
  /// Visits every equilibrium and tallies the payoffs at the apex; with alternating moves those with
  /// firm 1 to move. See `EquilibriumEnumeration`.
  ///
  /// Cost: about 15 ns an equilibrium and core for five levels and certain improvement, microseconds
  /// with shocks.
  ///
  /// - Throws: `EquilibriumStringError` if `resumption` stops at no string of this game.
  public func enumerateEquilibria(
    limits: EnumerationLimits = EnumerationLimits(),
    resuming resumption: EnumerationResumption? = nil, threads: Int,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (@Sendable (UInt128) -> Void)? = nil
  ) throws -> EnumerationOutcome {
    // Concrete types here, so that the search is specialised in this module.
    switch moves {
    case .simultaneous:
      let stages = SimultaneousStages(self)
      return try EquilibriumEnumeration(
        stages, payoffs: (stages.pointCount - 1, 0, 1), limits: limits
      ).run(
        resuming: resumption, threads: threads, isCancelled: isCancelled, progress: progress)
    case .alternating:
      let stages = AlternatingStages(self)
      return try EquilibriumEnumeration(
        stages, payoffs: (stages.pointCount - 1, 0, 1), limits: limits
      ).run(
        resuming: resumption, threads: threads, isCancelled: isCancelled, progress: progress)
    }
  }

  /// The equilibrium of an index, counted from 0 in the order of enumeration; nil if there are not so
  /// many.
  ///
  /// Cost: a step of the search an equilibrium before it, without payoffs.
  ///
  /// - Parameter isCancelled: asked now and then; true ends the search with nil.
  public func equilibrium(
    _ index: UInt64, isCancelled: () -> Bool = { false }
  ) throws -> LeapfroggingEquilibrium? {
    switch moves {
    case .simultaneous: try skip(SimultaneousStages(self), to: index, isCancelled)
    case .alternating: try skip(AlternatingStages(self), to: index, isCancelled)
    }
  }

  /// The equilibrium of a string; digits that are not given are 0.
  ///
  /// - Throws: `EquilibriumStringError` at a digit that its stage game does not have.
  public func equilibrium(string: [Int]) throws -> LeapfroggingEquilibrium {
    switch moves {
    case .simultaneous:
      let search = RecursiveLexicographicalSearch(SimultaneousStages(self))
      try search.begin(with: string)
      return LeapfroggingEquilibrium(search)
    case .alternating:
      let search = RecursiveLexicographicalSearch(AlternatingStages(self))
      try search.begin(with: string)
      return LeapfroggingEquilibrium(search)
    }
  }

  /// The first point in solving order whose stage game has several equilibria, after first choices
  /// before it; nil if there is one equilibrium. Cost: stage games up to there.
  public func firstChoice() throws -> Int? {
    switch moves {
    case .simultaneous: try RecursiveLexicographicalSearch(SimultaneousStages(self)).firstChoice()
    case .alternating: try RecursiveLexicographicalSearch(AlternatingStages(self)).firstChoice()
    }
  }

  /// An equilibrium at the end of a random descent: at every state, in solving order, each equilibrium
  /// of the stage game is as likely. Not uniform over equilibria.
  ///
  /// - Parameter choose: a whole number from 0 to below its argument.
  public func randomEquilibrium(_ choose: (Int) -> Int) throws -> LeapfroggingEquilibrium {
    switch moves {
    case .simultaneous:
      let search = RecursiveLexicographicalSearch(SimultaneousStages(self))
      try search.begin(choosing: { choose($1) })
      return LeapfroggingEquilibrium(search)
    case .alternating:
      let search = RecursiveLexicographicalSearch(AlternatingStages(self))
      try search.begin(choosing: { choose($1) })
      return LeapfroggingEquilibrium(search)
    }
  }

  /// Visits every equilibrium in order, one after the other; false from `visit` ends the search.
  public func forEachEquilibrium(_ visit: (LeapfroggingEquilibrium) throws -> Bool) throws {
    switch moves {
    case .simultaneous: try forEach(SimultaneousStages(self), visit)
    case .alternating: try forEach(AlternatingStages(self), visit)
    }
  }

  private func forEach<Solver: StageSolver>(
    _ stages: Solver, _ visit: (LeapfroggingEquilibrium) throws -> Bool
  ) throws {
    let search = RecursiveLexicographicalSearch(stages)
    try search.begin()
    repeat {
      guard try visit(LeapfroggingEquilibrium(search)) else { return }
    } while try search.advance()
  }

  @inline(__always)
  private func skip<Solver: StageSolver>(
    _ stages: Solver, to index: UInt64, _ isCancelled: () -> Bool
  ) throws -> LeapfroggingEquilibrium? {
    let search = RecursiveLexicographicalSearch(stages)
    try search.begin()
    var at: UInt64 = 0
    while at < index {
      guard try search.advance() else { return nil }
      at += 1
      if at & 0xFFFFF == 0, isCancelled() { return nil }
    }
    return LeapfroggingEquilibrium(search)
  }
}

/// One equilibrium of the leapfrogging duopoly, as a search has it.
public struct LeapfroggingEquilibrium: Sendable, Equatable {
  /// Which equilibrium of each stage game, in solving order.
  public let string: [Int]
  /// How many each stage game has.
  public let bases: [Int]
  /// Probabilities of investing, `[point][firm]`; with alternating moves on the own turn.
  public let probabilities: [[Double]]
  /// Values `[point][turn][firm]`; one turn with simultaneous moves.
  public let values: [[[Double]]]

  init<Solver: StageSolver>(_ search: RecursiveLexicographicalSearch<Solver>) {
    string = search.digits
    bases = search.bases
    let turns = search.solver.valueCount / 2
    let width = search.solver.width
    var probabilities: [[Double]] = []
    var values: [[[Double]]] = []
    probabilities.reserveCapacity(search.pointCount)
    values.reserveCapacity(search.pointCount)
    for point in 0..<search.pointCount {
      let numbers = search.selections + point * width
      probabilities.append([numbers[2 * turns], numbers[2 * turns + 1]])
      values.append((0..<turns).map { [numbers[2 * $0], numbers[2 * $0 + 1]] })
    }
    self.probabilities = probabilities
    self.values = values
  }
}
