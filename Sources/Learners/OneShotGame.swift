internal import Agents
import Environments

/// A one-shot game inside a `StochasticGame`, as one player sees it: the only state where anybody
/// chooses, and the range of the player's payoffs there.
///
/// Play may stay at the state for ever, or end from it by a chance that nobody influences: a law of
/// one round is then an equilibrium of the stochastic game exactly if it is one of the one-shot game.
struct OneShotGame {
  /// The state where the game is played; others are terminal.
  let state: Int
  /// First entry of the state in the player's policy.
  let first: Int
  /// The number of the player's actions.
  let actionCount: Int
  /// The least payoff of the player.
  let low: Double
  /// 1 / (greatest − least payoff); 0 if they are equal.
  let scale: Double

  /// Finds the game.
  ///
  /// - Parameter learner: its name, for the error.
  /// - Throws: `GameError` if there are several states to play at, or actions change the future.
  init(_ game: StochasticGame, player: Int, learner: String) throws {
    let open = (0..<game.stateCount).filter { !game.isTerminal[$0] }
    guard open.count == 1 else {
      throw GameError(
        "learner",
        "\(learner) learns one-shot games: one state, not \(open.count); for games with several "
          + "states use fictitious-play, smooth-fictitious-play or q-learning")
    }
    state = open[0]
    let rows = game.jointOffsets[state]..<game.jointOffsets[state + 1]
    var stays: ClosedRange<Double>?
    var pay: ClosedRange<Double>?
    for row in rows {
      var stay = 0.0
      for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1]
      where Int(game.nextStates[entry]) == open[0] {
        stay += game.continuations[entry]
      }
      let amount = game.payoff(player, row: row)
      stays = min(stays?.lowerBound ?? stay, stay)...max(stays?.upperBound ?? stay, stay)
      pay = min(pay?.lowerBound ?? amount, amount)...max(pay?.upperBound ?? amount, amount)
    }
    guard let stays, let pay, stays.upperBound - stays.lowerBound <= 1e-12 else {
      throw GameError(
        "learner",
        "\(learner) learns one-shot games, but here the actions decide whether play goes on; use "
          + "fictitious-play, smooth-fictitious-play or q-learning")
    }
    first = game.policyOffsets(player)[state]
    actionCount = game.actionCount(player, at: state)
    low = pay.lowerBound
    scale = pay.upperBound > pay.lowerBound ? 1 / (pay.upperBound - pay.lowerBound) : 0
  }
}

/// What each action of a one-shot game pays one player against the others' laws. Copies share the
/// memory.
struct OneShotPayoffs {
  /// The game.
  let game: OneShotGame
  /// u(a, x₋ᵢ), one per action, as last computed.
  let values: UnsafeMutablePointer<Double>
  private let model: ModelTables
  private let player: Int
  private let nothing: UnsafeMutablePointer<Double>
  private let memory = TableMemory()

  init(_ model: ModelTables, player: Int, learner: String) throws {
    game = try OneShotGame(model.game, player: player, learner: learner)
    self.model = model
    self.player = player
    values = memory.block(of: game.actionCount, repeating: 0.0)
    nothing = memory.block(of: model.game.stateCount, repeating: 0.0)
  }

  /// Computes the payoffs against `play`. Cost: the joint actions.
  func compute(against play: UnsafePointer<UnsafePointer<Double>>) {
    model.actionValues(
      of: player, at: game.state, against: play, values: nothing, into: values)
  }
}
