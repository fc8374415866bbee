internal import Environments

/// Policies and values as arrays for numpy.
///
/// `policy_1[…, state, action]` of player 1, and so on, 0 beyond the actions that a state has;
/// `action_count_1[state]`; `values[…, state, player]` and `deviation_gains[…, state, player]`;
/// `state_labels[state]`, `state_coordinates[state, dimension]`, `terminal[state]` (1 where play has
/// ended), `initial[state]`, `discounts[player]`; `action_labels_1[action]`, or `[state, action]` where
/// labels differ by state. Indices count from 0, and players in names from 1.
enum PolicyArrays {
  /// What several policies are indexed by, before everything else.
  enum Axis {
    /// Nothing: there is one policy.
    case none
    /// Their names, in the array `policies`.
    case policies
    /// Periods from 1, in the array `periods`.
    case periods
  }

  static func arrays(_ game: StochasticGame, _ policies: [ValuedPolicy], along axis: Axis)
    -> NPZFile
  {
    var file = NPZFile()
    var outer = [policies.count]
    switch axis {
    case .none:
      precondition(policies.count == 1, "several policies need an axis")
      outer = []
    case .policies: file.add("policies", policies.map(\.name), shape: outer)
    case .periods: file.add("periods", Array(1...policies.count), shape: outer)
    }
    let (states, players) = (game.stateCount, game.playerCount)
    for player in 0..<players {
      let width = (0..<states).map { game.actionCount(player, at: $0) }.max()!
      file.add(
        "policy_\(player + 1)",
        policies.flatMap { padded($0.profile[player], width: width) },
        shape: outer + [states, width])
    }
    func byState(_ table: (ValuedPolicy) -> [[Double]]) -> [Double] {
      policies.flatMap { policy -> [Double] in
        let values = table(policy)
        return (0..<states).flatMap { state in (0..<players).map { values[$0][state] } }
      }
    }
    file.add("values", byState(\.values), shape: outer + [states, players])
    if policies.allSatisfy({ $0.gains != nil }) {
      file.add("deviation_gains", byState { $0.gains! }, shape: outer + [states, players])
    }
    addGame(game, to: &file)
    return file
  }

  private static func padded(_ policy: Policy, width: Int) -> [Double] {
    var padded: [Double] = []
    padded.reserveCapacity(policy.stateCount * width)
    for state in 0..<policy.stateCount {
      let law = policy.law(at: state)
      padded += law
      for _ in law.count..<width { padded.append(0) }
    }
    return padded
  }

  /// What the indices of policies and values mean.
  private static func addGame(_ game: StochasticGame, to file: inout NPZFile) {
    let (states, players) = (game.stateCount, game.playerCount)
    file.add("state_labels", game.stateLabels.map(\.description), shape: [states])
    let coordinates = game.stateCoordinates
    file.add(
      "state_coordinates", coordinates.flatMap { $0 }, shape: [states, coordinates[0].count])
    file.add("terminal", game.isTerminal.map { $0 ? 1 : 0 }, shape: [states])
    file.add("initial", game.initial, shape: [states])
    file.add("discounts", game.discounts, shape: [players])
    for player in 0..<players {
      let counts = (0..<states).map { game.actionCount(player, at: $0) }
      file.add("action_count_\(player + 1)", counts, shape: [states])
      let labels = (0..<states).map {
        game.actionLabels.labels(player, at: $0).map(\.description)
      }
      let name = "action_labels_\(player + 1)"
      let live = (0..<states).filter { !game.isTerminal[$0] }
      let first = labels[live.first ?? 0]
      if live.allSatisfy({ labels[$0] == first }) {
        file.add(name, first, shape: [first.count])
      } else {
        let width = counts.max()!
        file.add(
          name, labels.flatMap { $0 + Array(repeating: "", count: width - $0.count) },
          shape: [states, width])
      }
    }
  }
}
