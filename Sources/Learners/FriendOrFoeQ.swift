internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Friend-or-foe Q-learning: values of joint actions, the others taken as friends or as foes.
///
///     Q(s, a, o) ← Q(s, a, o) + α(n(s, a, o)) [r + γ c V(s′) − Q(s, a, o)]
///     friend: V(s) = max over a and o of Q(s, a, o), and π(s) the a of the first best pair
///     foe:    V(s) = max over laws π of min over o of Σₐ π(a) Q(s, a, o), π(s) a law that attains it
///
/// Littman (2001), section 4, with o the joint action of all other players: they are all friends or
/// all foes together. Converges always (his theorem 4), to equilibrium play if the game has a
/// coordination equilibrium and everybody is `friend`, or an adversarial one and everybody is
/// `foe`; otherwise the limits are no equilibrium. Foe with one rival is minimax-Q, to the same
/// bits. Friends with several best joint actions may miss each other: each plays its part of the
/// lexicographically first in its own table, own action before the others'.
///
/// Departures: step sizes by visits of the joint action. c is the continuation. Cost per step:
/// O(joint actions of the state) for friends, a linear program for foes; no allocation.
public struct FriendOrFoeQ: JointValueLearner {
  /// The word in configurations.
  public static let name = "friend-or-foe-q"
  /// One line.
  public static let summary = "values of joint actions, the others taken as friends or as foes"
  /// The role, step size, exploration and first values.
  public static let parameters: [Parameter] =
    [.choice("role", "foe", ["friend", "foe"], "what the other players are taken to be")]
    + JointActionLearner.parameters

  var core: JointActionLearner

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    core = JointActionLearner(
      parameters, rule: parameters.text("role") == "friend" ? .maximum : .maximin, game: game,
      player: player, steps: steps)
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
  public static func train(_ loop: inout TrainingLoop<FriendOrFoeQ>, until last: Int) {
    loop.play(until: last)
  }

  /// Q(s, a, o), flat; shape [state][own action][the others' joint action].
  public var jointActionValues: [Double] { core.actionValues }
  /// V(s).
  public var stateValues: [Double] { core.valuesOfStates }
}
