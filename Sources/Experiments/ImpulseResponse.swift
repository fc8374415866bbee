public import Environments
internal import Equilibria

/// What happens after one player, for one period, departs from play: exactly, period by period.
///
/// Play is in its long run (or at given states). In period 1 one player takes another action while
/// all others keep to their policies; from period 2 on everybody follows the profile again, from
/// the state that the departure led to. Calvano, Calzolari, Denicolò and Pastorello (2020,
/// figure 4) draw this for learned prices: it shows whether a price cut is answered by a
/// price war and how play comes back.
///
/// Nothing is sampled: the law over states is carried forward, which for a pure profile in a game
/// without chance is play itself, averaged over the dates of its cycle.
public struct ImpulseResponse: Sendable, Equatable {
  /// What the deviating player does in period 1.
  public enum Deviation: Sendable, Equatable {
    /// This action at every state.
    case action(Int)
    /// At every state an action that maximises its payoff of that period against what the others
    /// play there, the lowest of several: undercutting, in a pricing game.
    case staticBestResponse
  }

  /// Means over chance in one period.
  public struct Period: Sendable, Equatable {
    /// The mean action of each player, by numeric labels (prices); where labels are words, by the
    /// action's index.
    public let actions: [Double]
    /// The mean payoff of each player.
    public let payoffs: [Double]
  }

  /// Who deviates.
  public let player: Int
  /// Periods 0 … T. Period 0 is the one before the deviation, period 1 that of the deviation.
  public let periods: [Period]
  /// The same had nobody deviated.
  public let undisturbed: [Period]
  /// What the deviation is worth to the deviating player in discounted payoffs, for ever and from
  /// period 1 on: negative where the answer to it takes back more than it gains.
  public let discountedGain: Double

  /// Each player's mean payoff in period t relative to the undisturbed one; nil where that is 0.
  public func payoffRatio(_ player: Int, period: Int) -> Double? {
    let usual = undisturbed[period].payoffs[player]
    return usual == 0 ? nil : periods[period].payoffs[player] / usual
  }

  /// Follows play after a deviation.
  ///
  /// - Parameters:
  ///   - profile: one policy per player, pure or mixed.
  ///   - player: who deviates.
  ///   - deviation: to what.
  ///   - start: the law of the state in which the deviation happens, which is also that of period 0
  ///     where it is a long-run law; nil for the long-run law of the profile from the game's
  ///     initial law. A point mass starts at one state.
  ///   - count: T, the periods from the deviation on, at least 1.
  /// - Complexity: a pass over the joint actions of the states met, per period; one exact
  ///   evaluation of the profile.
  /// - Throws: `GameError` if the profile, the law or the action does not fit the game;
  ///   `NumericalError` if the profile cannot be evaluated.
  public init(
    in game: StochasticGame, profile: Profile, player: Int, deviation: Deviation,
    start: [Double]? = nil, periods count: Int
  ) throws {
    precondition(count >= 1, "at least the period of the deviation")
    try game.validate(profile)
    guard (0..<game.playerCount).contains(player) else {
      throw GameError("player", "\(player) is none of the \(game.playerCount) players")
    }
    let start = try start ?? game.longRunPlay(of: profile).stateLaw(in: game)
    guard start.count == game.stateCount, start.allSatisfy({ $0.isFinite && $0 >= 0 }),
      abs(start.reduce(0, +) - 1) <= 1e-9
    else {
      throw GameError("start", "needs \(game.stateCount) nonnegative probabilities summing to 1")
    }
    let departing = try Self.departing(
      in: game, profile, player: player, deviation: deviation, start: start)

    let usual = PeriodPlay(game, profile)
    let before = usual.period(start)
    var (law, usualLaw) = (start, start)
    var (periods, undisturbed) = ([before], [before])
    for period in 1...count {
      let play = period == 1 ? PeriodPlay(game, departing) : usual
      periods.append(play.period(law))
      law = play.next(law)
      undisturbed.append(usual.period(usualLaw))
      usualLaw = usual.next(usualLaw)
    }
    self.player = player
    self.periods = periods
    self.undisturbed = undisturbed
    discountedGain = try Self.gain(in: game, profile, departing, player: player, start: start)
  }

  /// The profile of period 1: the deviation wherever the start puts weight.
  private static func departing(
    in game: StochasticGame, _ profile: Profile, player: Int, deviation: Deviation, start: [Double]
  ) throws -> Profile {
    var departing = profile
    for state in start.indices where start[state] > 0 {
      let count = game.actionCount(player, at: state)
      let action: Int
      switch deviation {
      case .action(let given):
        guard (0..<count).contains(given) else {
          throw GameError(
            "deviation",
            "action \(given) at state \(game.stateLabels[state]): player \(player) has "
              + "actions 0...\(count - 1)")
        }
        action = given
      case .staticBestResponse:
        action = game.bestReplyOfTheMoment(of: player, at: state, against: profile)
      }
      departing[player].setLaw((0..<count).map { $0 == action ? 1 : 0 }, at: state)
    }
    return departing
  }

  /// Σ over states of start × (payoff now + δ value then − value), values those of the profile.
  private static func gain(
    in game: StochasticGame, _ profile: Profile, _ departing: Profile, player: Int,
    start: [Double]
  ) throws -> Double {
    let values = try game.values(of: profile)[player]
    var gain = 0.0
    for state in start.indices where start[state] > 0 {
      var worth = 0.0
      game.forEachRow(at: state, weightedBy: departing) { row, _, weight in
        var future = 0.0
        if !game.isTerminal[state] {
          for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1] {
            future += game.continuations[entry] * values[Int(game.nextStates[entry])]
          }
        }
        worth += weight * (game.payoff(player, row: row) + game.discounts[player] * future)
      }
      gain += start[state] * (worth - values[state])
    }
    return gain
  }
}

extension StochasticGame {
  /// The action that pays a player most in this period against what the others play at a state, the
  /// lowest of several.
  func bestReplyOfTheMoment(of player: Int, at state: Int, against profile: Profile) -> Int {
    var worth = [Double](repeating: 0, count: actionCount(player, at: state))
    forEachRow(at: state, weightedBy: profile, except: player) { row, actions, weight in
      worth[actions[player]] += weight * payoff(player, row: row)
    }
    return worth.indices.reduce(0) { worth[$1] > worth[$0] ? $1 : $0 }
  }
}

/// One period of play under a profile, for laws over states.
private struct PeriodPlay {
  let game: StochasticGame
  let profile: Profile

  init(_ game: StochasticGame, _ profile: Profile) {
    self.game = game
    self.profile = profile
  }

  /// Mean actions and payoffs where the state has this law.
  func period(_ law: [Double]) -> ImpulseResponse.Period {
    var actions = [Double](repeating: 0, count: game.playerCount)
    var payoffs = actions
    for state in law.indices where law[state] > 0 {
      for player in actions.indices {
        for (action, label) in game.actionLabels.labels(player, at: state).enumerated() {
          let value = if case .number(let number) = label { number } else { Double(action) }
          actions[player] += law[state] * profile[player][state, action] * value
        }
      }
      game.forEachRow(at: state, weightedBy: profile) { row, _, weight in
        for player in payoffs.indices {
          payoffs[player] += law[state] * weight * game.payoff(player, row: row)
        }
      }
    }
    return ImpulseResponse.Period(actions: actions, payoffs: payoffs)
  }

  /// The law of the next state.
  func next(_ law: [Double]) -> [Double] {
    var next = [Double](repeating: 0, count: law.count)
    for state in law.indices where law[state] > 0 {
      game.forEachRow(at: state, weightedBy: profile) { row, _, weight in
        for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1] {
          next[Int(game.nextStates[entry])] += law[state] * weight * game.probabilities[entry]
        }
      }
    }
    return next
  }
}
