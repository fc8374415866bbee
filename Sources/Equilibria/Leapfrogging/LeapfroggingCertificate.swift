public import Environments
internal import Foundation

/// How far probabilities of investing are from an equilibrium of the leapfrogging duopoly, recomputed
/// from the game and the probabilities alone.
///
/// Nothing is taken from a search, nor from the order in which it solves: values come from one linear
/// system over all states, taken apart by the chain's own classes, and deviations are of one shot at
/// every state. With private shocks the
/// values include what choosing after seeing them is worth: η (−P log P − (1−P) log(1−P)) a choice.
public struct LeapfroggingCertificate: Sendable {
  /// Values `[firm][state]`, states as in `LeapfroggingDuopoly.stochasticGame()`.
  public let values: [[Double]]
  /// Largest gain of one deviation, over firms and states: φ(v_N, v_I) − V.
  public let largestGain: Double
  /// Largest difference between a probability and the one that is best; 0 or 1 without shocks counts
  /// only where the choice is not a matter of indifference, and is then covered by the gain.
  public let largestChoiceError: Double
  /// Expected discounted (highest cost − lower cost in use) less outlays, by state.
  public let surplus: [Double]
  /// The game's scale of payoffs: what a tolerance is relative to.
  public let scale: Double

  /// Whether no deviation gains more than 1e-9 (1 + scale), and choices under shocks are best to 1e-6.
  public var isCertified: Bool { largestGain <= tolerance && largestChoiceError <= 1e-6 }
  /// 1e-9 (1 + scale).
  public var tolerance: Double { 1e-9 * (1 + scale) }

  /// Judges a profile.
  ///
  /// - Parameter probabilities: of investing, `[point][firm]`, points as in `LeapfroggingPoints`.
  /// - Complexity: one linear system in the number of states with three right-hand sides; linear in
  ///   states and improvements, for states are left for good but for the other turn.
  /// - Throws: `NumericalError` if the solve fails.
  public init(_ game: LeapfroggingDuopoly, _ probabilities: [[Double]]) throws {
    let model = LeapfroggingModel(game, probabilities)
    let found = try model.chain().values(of: [
      model.rewards(of: 0), model.rewards(of: 1), model.surplus(),
    ])
    values = [found[0], found[1]]
    surplus = found[2]
    var (gain, error) = (0.0, 0.0)
    for firm in 0..<2 {
      let values = found[firm]
      for state in 0..<model.stateCount where model.chooses(firm, state) {
        let (wait, invest) = model.worths(firm, state, values)
        let best = game.scale > 0 ? softMaximum(wait, invest, game.scale) : max(wait, invest)
        gain = max(gain, best - values[state])
        if game.scale > 0 {
          error = max(
            error, abs(logistic((invest - wait) / game.scale) - model.chance(firm, state)))
        }
      }
    }
    largestGain = gain
    largestChoiceError = error
    scale = game.costs[game.levels - 1] - game.costs[0] + (game.outlays.max() ?? 0)
  }
}

/// The chain that probabilities of investing make, state by state from the primitives.
private struct LeapfroggingModel {
  let game: LeapfroggingDuopoly
  let space: LeapfroggingPoints
  let movers: Int
  /// Probabilities of investing, `[point × firm]`.
  private let chances: [Double]
  /// Levels that can follow level l, with their probabilities: entries from `starts[l]` to
  /// `starts[l + 1]`.
  private var starts = [0]
  private var followers: [(level: Int, chance: Double)] = []
  /// f at `[2 m + m′]`.
  private let turns: [Double]

  init(_ game: LeapfroggingDuopoly, _ probabilities: [[Double]]) {
    self.game = game
    space = LeapfroggingPoints(levels: game.levels)
    movers = game.moves == .alternating ? 2 : 1
    precondition(probabilities.count == space.count, "one pair of probabilities a state")
    var chances: [Double] = []
    chances.reserveCapacity(2 * probabilities.count)
    for pair in probabilities {
      chances.append(pair[0])
      chances.append(pair[1])
    }
    self.chances = chances
    turns = game.turns.flatMap(\.self)
    for from in 0..<game.levels {
      for to in 0...from where game.improvement(from: from, to: to) > 0 {
        followers.append((to, game.improvement(from: from, to: to)))
      }
      starts.append(followers.count)
    }
  }

  var stateCount: Int { space.count * movers }

  @inline(__always)
  func chooses(_ firm: Int, _ state: Int) -> Bool { movers == 1 || state & 1 == firm }

  /// The probability that a firm invests; 0 where it is not its turn.
  @inline(__always)
  func chance(_ firm: Int, _ state: Int) -> Double {
    chooses(firm, state) ? chances[2 * (state / movers) + firm] : 0
  }

  /// −P log P − (1−P) log(1−P).
  private static func entropy(_ p: Double) -> Double {
    p <= 0 || p >= 1 ? 0 : -p * log(p) - (1 - p) * log1p(-p)
  }

  /// What a firm earns in each state, outlays and the worth of its shocks included.
  func rewards(of firm: Int) -> [Double] {
    (0..<stateCount).map { state in
      let point = space.points[state / movers]
      let p = chance(firm, state)
      var reward = game.profit(firm, point.first, point.second) - p * game.outlays[point.best]
      if game.scale > 0 { reward += game.scale * Self.entropy(p) }
      return reward
    }
  }

  /// Highest cost less lower cost in use less outlays, in each state.
  func surplus() -> [Double] {
    (0..<stateCount).map { state in
      let point = space.points[state / movers]
      return game.costs[game.levels - 1] - game.costs[min(point.first, point.second)]
        - (chance(0, state) + chance(1, state)) * game.outlays[point.best]
    }
  }

  /// Where play goes from a state after the choices `first` and `second`.
  @inline(__always)
  private func next(
    _ state: Int, _ first: Bool, _ second: Bool, _ body: (_ state: Int, _ chance: Double) -> Void
  ) {
    let point = space.points[state / movers]
    let (i, j) = (first ? point.best : point.first, second ? point.best : point.second)
    for entry in starts[point.best]..<starts[point.best + 1] {
      let (level, chance) = followers[entry]
      let to = space.index(i, j, level)
      if movers == 1 {
        body(to, chance)
      } else {
        let turn = 2 * (state & 1)
        for mover in 0..<2 where turns[turn + mover] > 0 {
          body(2 * to + mover, chance * turns[turn + mover])
        }
      }
    }
  }

  /// How play moves.
  func chain() -> DiscountedChain {
    var chain = DiscountedChain(states: stateCount, discount: game.discount)
    for state in 0..<stateCount {
      let (one, two) = (chance(0, state), chance(1, state))
      for choices in 0..<4 {
        let (first, second) = (choices & 1 == 1, choices & 2 == 2)
        let weight = (first ? one : 1 - one) * (second ? two : 1 - two)
        if weight > 0 { next(state, first, second) { chain.add($0, weight * $1) } }
      }
      chain.endRow()
    }
    return chain
  }

  /// What waiting and investing are worth to a firm that goes on as before afterwards, shocks apart.
  @inline(__always)
  func worths(_ firm: Int, _ state: Int, _ values: [Double]) -> (wait: Double, invest: Double) {
    let point = space.points[state / movers]
    let p = chance(1 - firm, state)
    func future(_ isIn: Bool) -> Double {
      var sum = 0.0
      if p > 0 {
        next(state, firm == 1 || isIn, firm == 0 || isIn) { sum += p * $1 * values[$0] }
      }
      if p < 1 {
        next(state, firm == 0 && isIn, firm == 1 && isIn) { sum += (1 - p) * $1 * values[$0] }
      }
      return sum
    }
    let profit = game.profit(firm, point.first, point.second)
    return (
      profit + game.discount * future(false),
      profit - game.outlays[point.best] + game.discount * future(true)
    )
  }
}

extension LeapfroggingDuopoly {
  /// What one owner of both firms would have from the apex on, with the price pinned at the highest
  /// cost: the planner's value W, by recursion over layers.
  ///
  ///     W(i, l) = max{ [r + β low(i)] / (1 − β p), r − K + β [low(l) + p W(l, l)] },
  ///
  /// r the highest cost less cost i, low(i) the sum over improvements of π W(i, ·), p = π(c|c).
  public func plannerValue() -> Double {
    let n = levels
    var worth = [[Double]](repeating: [Double](repeating: 0, count: n), count: n)
    for l in 0..<n {
      let stay = improvement(from: l, to: l)
      func low(_ i: Int) -> Double {
        (0..<l).reduce(0) { $0 + improvement(from: l, to: $1) * worth[i][$1] }
      }
      func waiting(_ i: Int) -> Double {
        (costs[n - 1] - costs[i] + discount * low(i)) / (1 - discount * stay)
      }
      worth[l][l] = waiting(l)
      for i in l..<n where i > l {
        let investing =
          costs[n - 1] - costs[i] - outlays[l] + discount * (low(l) + stay * worth[l][l])
        worth[i][l] = max(waiting(i), investing)
      }
    }
    return worth[n - 1][n - 1]
  }
}
