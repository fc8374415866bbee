public import Environments
internal import Foundation

/// How far probabilities of investing are from an equilibrium of the leapfrogging duopoly, recomputed
/// from the game and the probabilities alone.
///
/// Nothing is taken from a search, nor from the order in which it solves: values come from one linear
/// system over all states, and deviations are of one shot at every state. With private shocks the
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
  /// - Complexity: three linear solves in the number of states.
  /// - Throws: `NumericalError` if a solve fails.
  public init(_ game: LeapfroggingDuopoly, _ probabilities: [[Double]]) throws {
    let model = LeapfroggingModel(game)
    precondition(probabilities.count == model.space.count, "one pair of probabilities a state")
    var values: [[Double]] = []
    for firm in 0..<2 {
      values.append(
        try model.value(under: probabilities) { state in
          let point = model.space.points[state / model.movers]
          var reward = game.profit(firm, point.first, point.second)
          if model.chooses(firm, state) {
            let p = probabilities[state / model.movers][firm]
            reward -= p * game.outlays[point.best]
            reward += game.scale * LeapfroggingModel.entropy(p)
          }
          return reward
        })
    }
    var (gain, error) = (0.0, 0.0)
    for firm in 0..<2 {
      for state in 0..<model.stateCount where model.chooses(firm, state) {
        let worth = (0..<2).map { action in
          model.worth(firm, state, action, probabilities, values[firm])
        }
        let best =
          game.scale > 0 ? softMaximum(worth[0], worth[1], game.scale) : max(worth[0], worth[1])
        gain = max(gain, best - values[firm][state])
        if game.scale > 0 {
          let chance = logistic((worth[1] - worth[0]) / game.scale)
          error = max(error, abs(chance - probabilities[state / model.movers][firm]))
        }
      }
    }
    self.values = values
    largestGain = gain
    largestChoiceError = error
    surplus = try model.value(under: probabilities) { state in
      let point = model.space.points[state / model.movers]
      var reward = game.costs[game.levels - 1] - game.costs[min(point.first, point.second)]
      for firm in 0..<2 where model.chooses(firm, state) {
        reward -= probabilities[state / model.movers][firm] * game.outlays[point.best]
      }
      return reward
    }
    scale = game.costs[game.levels - 1] - game.costs[0] + (game.outlays.max() ?? 0)
  }
}

/// The chain that probabilities of investing make, state by state from the primitives.
private struct LeapfroggingModel {
  let game: LeapfroggingDuopoly
  let space: LeapfroggingPoints
  let movers: Int

  init(_ game: LeapfroggingDuopoly) {
    self.game = game
    space = LeapfroggingPoints(levels: game.levels)
    movers = game.moves == .alternating ? 2 : 1
  }

  var stateCount: Int { space.count * movers }

  func chooses(_ firm: Int, _ state: Int) -> Bool { movers == 1 || state % 2 == firm }

  static func entropy(_ p: Double) -> Double {
    p <= 0 || p >= 1 ? 0 : -p * log(p) - (1 - p) * log1p(-p)
  }

  /// Where play goes from a state after the choices `first` and `second`.
  private func next(
    _ state: Int, _ first: Bool, _ second: Bool, _ body: (_ state: Int, _ chance: Double) -> Void
  ) {
    let point = space.points[state / movers]
    for level in 0...point.best {
      let chance = game.improvement(from: point.best, to: level)
      guard chance > 0 else { continue }
      let to = space.index(
        first ? point.best : point.first, second ? point.best : point.second, level)
      if movers == 1 {
        body(to, chance)
      } else {
        for mover in 0..<2 where game.turns[state % 2][mover] > 0 {
          body(2 * to + mover, chance * game.turns[state % 2][mover])
        }
      }
    }
  }

  /// The discounted value of a reward.
  func value(
    under probabilities: [[Double]], reward: (_ state: Int) -> Double
  ) throws -> [Double] {
    var chain = DiscountedChain(states: stateCount, discount: game.discount)
    for state in 0..<stateCount {
      let p = (0..<2).map { chooses($0, state) ? probabilities[state / movers][$0] : 0 }
      for choices in 0..<4 {
        let (first, second) = (choices & 1 == 1, choices & 2 == 2)
        let weight = (first ? p[0] : 1 - p[0]) * (second ? p[1] : 1 - p[1])
        if weight > 0 { next(state, first, second) { chain.add($0, weight * $1) } }
      }
      chain.endRow(reward: reward(state))
    }
    return try chain.values()
  }

  /// What an action is worth to a firm if it goes on as before afterwards.
  func worth(
    _ firm: Int, _ state: Int, _ action: Int, _ probabilities: [[Double]], _ values: [Double]
  ) -> Double {
    let point = space.points[state / movers]
    let rival = 1 - firm
    let p = chooses(rival, state) ? probabilities[state / movers][rival] : 0
    var future = 0.0
    for (isIn, weight) in [(true, p), (false, 1 - p)] where weight > 0 {
      let own = action == 1
      next(state, firm == 0 ? own : isIn, firm == 0 ? isIn : own) {
        future += weight * $1 * values[$0]
      }
    }
    return game.profit(firm, point.first, point.second)
      - (action == 1 ? game.outlays[point.best] : 0) + game.discount * future
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
