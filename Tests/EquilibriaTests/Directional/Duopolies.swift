import Environments
import Foundation

@testable import Equilibria

/// The duopolies of the tests.
enum Duopolies {
  /// β = exp(−0.05), K = K0/(1 + K1 c), costs evenly on [0, 5]: the parameters of the authors'
  /// programs.
  static func make(
    _ n: Int, k0: Double = 8.3, k1: Double = 1, beta: Double = exp(-0.05),
    moves: LeapfroggingDuopoly.Moves = .simultaneous, eta: Double = 0, costMax: Double = 5,
    turns: [[Double]] = [[0, 1], [1, 0]], stay: (Double) -> Double = { _ in 0 }
  ) throws -> LeapfroggingDuopoly {
    let costs = (0..<n).map { n == 1 ? costMax : costMax * Double($0) / Double(n - 1) }
    return try LeapfroggingDuopoly(
      costs: costs, discount: beta, outlays: costs.map { k0 / (1 + k1 * $0) },
      technology: LeapfroggingDuopoly.steps(levels: n) { stay(costs[$0]) }, scale: eta,
      moves: moves, turns: turns)
  }

  /// Every equilibrium of a game, visited.
  static func all<Solver: StageSolver>(
    _ solver: Solver, _ visit: (RecursiveLexicographicalSearch<Solver>) throws -> Void
  ) throws {
    let search = RecursiveLexicographicalSearch(solver)
    try search.begin()
    repeat { try visit(search) } while try search.advance()
  }

  static func tally(
    _ game: LeapfroggingDuopoly, threads: Int = 2, limits: EnumerationLimits = EnumerationLimits()
  ) throws -> EnumerationOutcome {
    let space = LeapfroggingPoints(levels: game.levels)
    switch game.moves {
    case .simultaneous:
      return try EquilibriumEnumeration(
        SimultaneousStages(game), payoffs: (space.apex, 0, 1), limits: limits
      ).run(threads: threads)
    case .alternating:
      return try EquilibriumEnumeration(
        AlternatingStages(game), payoffs: (space.apex, 0, 1), limits: limits
      ).run(threads: threads)
    }
  }

  /// Probabilities of investing of the present equilibrium, `[point][firm]`.
  static func probabilities<Solver: StageSolver>(
    _ search: RecursiveLexicographicalSearch<Solver>
  ) -> [[Double]] {
    (0..<search.pointCount).map { Array(search.selection(at: $0).suffix(2)) }
  }
}
