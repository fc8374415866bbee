import Environments

/// How much choice the stage games left.
public struct SelectionCounts: Sendable, Equatable {
  /// Stage games with more than one admitted pure equilibrium.
  public var several = 0
  /// Stage games with none.
  public var none = 0

  /// No stage game yet.
  public init() {}
}

/// One application of the Bellman-Nash operator: at every state an equilibrium of the stage game
/// Uᵢ = uᵢ + δᵢ Σ c Vᵢ(s′), chosen by a rule.
///
/// Where the game has a mirror and symmetry is imposed, of every pair of states only the later one
/// is solved and the other mirrored; at states that mirror onto themselves only symmetric equilibria
/// are admitted.
struct BellmanSweep {
  let game: StochasticGame
  let selector: StageSelector
  var imposesSymmetry = true

  /// The profile chosen against `next`, its values, and the choice there was.
  ///
  /// - Parameters:
  ///   - next: continuation values `[player][state]`.
  ///   - previous: the previous sweep's profile, for `nearest`.
  func apply(
    to next: [[Double]], previous: Profile?
  ) throws -> (profile: Profile, values: [[Double]], counts: SelectionCounts) {
    var profile = game.uniformProfile
    var values = next
    var counts = SelectionCounts()
    let mirror = imposesSymmetry ? game.mirror : nil
    for state in 0..<game.stateCount {
      if let mirror, mirror[state] > state { continue }
      let isOwnMirror = mirror.map { $0[state] == state } ?? false
      let actionCounts = (0..<game.playerCount).map { game.actionCount($0, at: state) }
      let choice = try selector.choose(
        payoffs: stagePayoffs(at: state, next: next, symmetric: isOwnMirror),
        counts: actionCounts, symmetric: isOwnMirror,
        previous: previous.map { meanActions($0, at: state) },
        state: game.stateLabels[state].description)
      if choice.several { counts.several += 1 }
      if choice.none { counts.none += 1 }
      for player in 0..<game.playerCount {
        profile[player].setLaw(choice.strategies[player], at: state)
        values[player][state] = choice.values[player]
      }
      if let mirror, !isOwnMirror {
        for player in 0..<2 {
          profile[player].setLaw(choice.strategies[1 - player], at: mirror[state])
          values[player][mirror[state]] = choice.values[1 - player]
        }
      }
    }
    return (profile, values, counts)
  }

  /// The stage game at a state, `[row of the state × player]`.
  ///
  /// - Parameter symmetric: fill player 1's table as the exact transpose of player 0's.
  func stagePayoffs(at state: Int, next: [[Double]], symmetric: Bool) -> [Double] {
    var payoffs = game.stagePayoffs(at: state, continuation: next)
    if symmetric {
      let width = game.actionCount(0, at: state)
      for i in 0..<width {
        for j in 0..<width { payoffs[2 * (i * width + j) + 1] = payoffs[2 * (j * width + i)] }
      }
    }
    return payoffs
  }

  private func meanActions(_ profile: Profile, at state: Int) -> [Double] {
    (0..<game.playerCount).map { player in
      var mean = 0.0
      for (action, probability) in profile[player].law(at: state).enumerated() {
        mean += Double(action) * probability
      }
      return mean
    }
  }
}
