internal import Environments

/// Values of policies as a table: one line per policy, player and state.
///
/// Columns: `policy`, `player` (from 1), `state` (index from 0), `state_label`, `value` (exact, of the
/// whole profile to that player) and `deviation_gain` (best-response value minus the value; empty if
/// nobody looked). Numbers have the shortest digits that read back exactly.
enum ValueTable {
  static let header = "policy,player,state,state_label,value,deviation_gain"

  static func csv(_ game: StochasticGame, _ policies: [ValuedPolicy]) -> String {
    var lines = [header]
    let states = game.stateLabels.map { PolicyTable.quoted($0.description) }
    for policy in policies {
      for player in 0..<game.playerCount {
        for state in 0..<game.stateCount {
          lines.append(
            "\(policy.name),\(player + 1),\(state),\(states[state]),\(policy.values[player][state]),"
              + (policy.gains.map { "\($0[player][state])" } ?? ""))
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
