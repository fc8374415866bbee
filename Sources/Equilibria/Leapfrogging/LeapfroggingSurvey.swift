public import Environments

/// What all equilibria of a leapfrogging duopoly have in common and what tells them apart: how many are
/// symmetric, how many are in pure strategies, and how much of the planner's value each attains.
///
/// Efficiency is the expected discounted (highest cost − lower cost in use) less outlays, under an
/// equilibrium from the apex on, divided by `LeapfroggingDuopoly.plannerValue()`. It does not count what
/// private shocks are worth.
public struct LeapfroggingSurvey: Sendable {
  /// Equilibria visited.
  public private(set) var count = 0
  /// Those that are their own mirror image; 0 if the firms are not alike.
  public private(set) var symmetricCount = 0
  /// Those in which every probability is 0 or 1.
  public private(set) var pureCount = 0
  /// Least efficiency.
  public private(set) var lowest = Double.infinity
  /// Largest efficiency.
  public private(set) var highest = -Double.infinity
  /// Those that attain the planner's value, to 1e-9.
  public private(set) var efficientCount = 0
  /// The numbers of the first of them, from 0 in the order of the search.
  public private(set) var efficient: [Int] = []
  /// Whether the survey was ended from outside.
  public private(set) var wasCancelled = false
  private var sum = CompensatedSum()

  /// Most numbers in `efficient`.
  public static let listLimit = 100

  /// Mean efficiency; nil without equilibria.
  public var mean: Double? { count == 0 ? nil : sum.value / Double(count) }

  /// Visits every equilibrium.
  ///
  /// - Complexity: per equilibrium, four improvements of every state.
  /// - Throws: what the stage games throw.
  public init(_ game: LeapfroggingDuopoly, isCancelled: () -> Bool = { false }) throws {
    switch game.moves {
    case .simultaneous: try visit(game, SimultaneousStages(game), isCancelled)
    case .alternating: try visit(game, AlternatingStages(game), isCancelled)
    }
  }

  private mutating func visit<Solver: StageSolver>(
    _ game: LeapfroggingDuopoly, _ solver: Solver, _ isCancelled: () -> Bool
  ) throws {
    var surplus = LeapfroggingSurplus(game)
    let planner = game.plannerValue()
    let (width, values) = (solver.width, solver.valueCount)
    let isFair = game.isFair
    let space = surplus.space
    let search = RecursiveLexicographicalSearch(solver)
    try search.begin()
    repeat {
      if count & 0xFFF == 0xFFF, isCancelled() {
        wasCancelled = true
        return
      }
      let selected = search.selections
      func chance(_ point: Int, _ firm: Int) -> Double { selected[point * width + values + firm] }
      var (isPure, isSymmetric) = (true, isFair)
      for point in 0..<search.pointCount {
        let (one, two) = (chance(point, 0), chance(point, 1))
        if (one != 0 && one != 1) || (two != 0 && two != 1) { isPure = false }
        if isSymmetric, abs(one - chance(space.mirror(point), 1)) > 1e-9 { isSymmetric = false }
      }
      let attained = surplus.atApex(chance)
      let efficiency = planner == 0 ? 1 : attained / planner
      if isPure { pureCount += 1 }
      if isSymmetric { symmetricCount += 1 }
      if efficiency >= 1 - 1e-9 {
        efficientCount += 1
        if efficient.count < Self.listLimit { efficient.append(count) }
      }
      lowest = min(lowest, efficiency)
      highest = max(highest, efficiency)
      sum.add(efficiency)
      count += 1
    } while try search.advance()
  }
}

/// The expected discounted surplus of given play, by recursion over states in solving order.
///
///     S(d) = max c − min(c₁, c₂) − Σ outlays + β E[S(d′)]
///
/// A state leads to itself and to states solved before it, so each is one division; with alternating
/// moves, a system of two turns.
struct LeapfroggingSurplus {
  let space: LeapfroggingPoints
  private let game: LeapfroggingDuopoly
  private let isAlternating: Bool
  /// S by point and turn.
  private var values: [Double]

  init(_ game: LeapfroggingDuopoly) {
    self.game = game
    space = LeapfroggingPoints(levels: game.levels)
    isAlternating = game.moves == .alternating
    values = Array(repeating: 0, count: 2 * space.count)
  }

  /// S at the apex, on firm 1's turn if moves alternate, given probabilities of investing.
  mutating func atApex(_ chance: (_ point: Int, _ firm: Int) -> Double) -> Double {
    for point in 0..<space.count {
      if isAlternating {
        alternate(point, chance)
      } else {
        let (own, rest) = flow(point, 0, chance(point, 0), chance(point, 1))
        values[2 * point] = rest / (1 - own)
      }
    }
    return values[2 * space.apex]
  }

  private mutating func alternate(
    _ point: Int, _ chance: (_ point: Int, _ firm: Int) -> Double
  ) {
    let (ownOne, restOne) = flow(point, 0, chance(point, 0), 0)
    let (ownTwo, restTwo) = flow(point, 1, 0, chance(point, 1))
    let f = game.turns
    // S₁ = rest₁ + own₁ (f₁₁ S₁ + f₁₂ S₂), and likewise S₂.
    let (a, b) = (1 - ownOne * f[0][0], ownOne * f[0][1])
    let (c, d) = (ownTwo * f[1][0], 1 - ownTwo * f[1][1])
    let determinant = a * d - b * c
    values[2 * point] = (d * restOne + b * restTwo) / determinant
    values[2 * point + 1] = (c * restOne + a * restTwo) / determinant
  }

  /// The discounted chance to stay at a point, and the flow surplus with all that comes from others.
  private func flow(
    _ point: Int, _ turn: Int, _ one: Double, _ two: Double
  ) -> (own: Double, rest: Double) {
    let place = space.points[point]
    let level = place.best
    let stay = game.improvement(from: level, to: level)
    var own = 0.0
    var rest =
      game.costs[game.levels - 1] - game.costs[min(place.first, place.second)]
      - (one + two) * game.outlays[level]
    for choices in 0..<4 {
      let weight = (choices & 1 == 1 ? one : 1 - one) * (choices & 2 == 2 ? two : 1 - two)
      guard weight > 0 else { continue }
      let first = choices & 1 == 1 ? level : place.first
      let second = choices & 2 == 2 ? level : place.second
      var future = 0.0
      for next in 0..<level {
        let chance = game.improvement(from: level, to: next)
        if chance > 0 { future += chance * ahead(space.index(first, second, next), turn) }
      }
      if stay > 0 {
        let here = space.index(first, second, level)
        if here == point {
          own += game.discount * weight * stay
        } else {
          future += stay * ahead(here, turn)
        }
      }
      rest += game.discount * weight * future
    }
    return (own, rest)
  }

  /// S of a point over who moves next.
  private func ahead(_ point: Int, _ turn: Int) -> Double {
    guard isAlternating else { return values[2 * point] }
    let f = game.turns[turn]
    return f[0] * values[2 * point] + f[1] * values[2 * point + 1]
  }
}
