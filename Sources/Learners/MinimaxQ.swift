internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Minimax-Q: values of joint actions, and the law that secures most against the worst rival.
///
///     Q(s, a, o) ← Q(s, a, o) + α(n(s, a, o)) [r + γ c V(s′) − Q(s, a, o)]
///     V(s) = max over laws π of min over o of Σₐ π(a) Q(s, a, o),   π(s) a law that attains it
///
/// Littman (1994), figure 1. The linear program is solved exactly after every update of the state
/// (`MatrixGameSolver`), which allocates nothing. In a zero-sum game Q converges to the value of
/// the game, whoever the rival is, if all joint actions are tried for ever (Littman and Szepesvári
/// 1996); in other games to what the player can secure.
///
/// Departures: step sizes by visits of the joint action, where the paper lets one rate decay with
/// time; the first values are `initial_value` (the paper's are 1). Of several optimal laws the
/// solver's is taken. c is the continuation. Two players. Cost per step: a linear program of the
/// state's actions, some microseconds.
public struct MinimaxQ: JointValueLearner {
  /// The word in configurations.
  public static let name = "minimax-q"
  /// One line.
  public static let summary =
    "values of joint actions, secured against the worst rival (two players)"
  /// Step size, exploration and first values.
  public static let parameters = JointActionLearner.parameters

  var core: JointActionLearner

  /// Creates a learner for `player`. Throws `GameError` unless there are two.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    guard game.playerCount == 2 else {
      throw GameError(
        "learner",
        "minimax-q plays against one rival, and this game has \(game.playerCount) players; "
          + "friend-or-foe-q with role: foe takes all others together as one")
    }
    core = JointActionLearner(
      parameters, rule: .maximin, game: game, player: player, steps: steps)
  }

  /// A draw from the law, or an exploring action.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    core.action(at: state, using: &stream)
  }

  /// One update, and the law and value of the state anew.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    core.update(
      state: state, jointAction: jointAction, rewards: rewards, nextState: nextState,
      continuation: continuation)
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<MinimaxQ>, until last: Int) {
    loop.play(until: last)
  }

  /// Q(s, a, o), flat; shape [state][own action][the others' joint action].
  public var jointActionValues: [Double] { core.actionValues }
  /// V(s).
  public var stateValues: [Double] { core.valuesOfStates }
}
