public import Environments

/// Policies as a table: one line per policy, player, state and action played.
///
/// Columns: `policy` (a name such as `last`), `player` (from 1), `state` and `action` (indices from
/// 0), `state_label`, `action_label`, `probability` (every digit needed to read it back exactly).
/// Actions that are never played have no line.
///
/// Tables from other programs may have their columns in any order and leave some out: `policy`
/// (there is then one policy), either of `state` and `state_label`, either of `action` and
/// `action_label`. Where both are there they must agree. Other columns are ignored.
public enum PolicyTable {
  static let header = "policy,player,state,state_label,action,action_label,probability"
  /// What a policy is called if its table does not say.
  static let defaultName = "policy"

  /// Writes named profiles of a game.
  ///
  /// - Parameter values: what they are worth, `[profile][player][state]`, for a column `value` at the
  ///   end; nil for none.
  public static func csv(
    _ game: StochasticGame, _ profiles: [(name: String, profile: Profile)],
    values: [[[Double]]]? = nil
  ) -> String {
    var lines = [values == nil ? header : header + ",value"]
    let states = game.stateLabels.map { quoted($0.description) }
    for (index, (name, profile)) in profiles.enumerated() {
      for player in 0..<game.playerCount {
        for state in 0..<game.stateCount {
          let labels = game.actionLabels.labels(player, at: state)
          let worth = values.map { ",\($0[index][player][state])" } ?? ""
          for action in 0..<game.actionCount(player, at: state)
          where profile[player][state, action] != 0 {
            lines.append(
              "\(name),\(player + 1),\(state),\(states[state]),\(action),"
                + "\(quoted(labels[action].description)),\(profile[player][state, action])\(worth)")
          }
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Reads the profiles of a game from a table, by name.
  ///
  /// - Throws: `FileError` naming the line and the rule; every player must have a law at every state
  ///   that sums to 1 within 1e-9.
  public static func read(_ path: String, game: StochasticGame) throws -> [String: Profile] {
    let text = try readText(path)
    var profiles: [String: Profile] = [:]
    let blank = Profile(
      (0..<game.playerCount).map { player in
        let uniform = game.uniformPolicy(player)
        return Policy(
          offsets: uniform.offsets,
          probabilities: Array(repeating: -1, count: uniform.probabilities.count))
      })
    var columns: Columns?
    // A line may end as on any system.
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      if line.isEmpty { continue }
      let fields = splitCSV(line)
      guard let columns else {
        columns = try Columns(fields, path: "\(path):\(index + 1)", game: game)
        continue
      }
      let entry = try columns.entry(fields, line: "\(path):\(index + 1)")
      var profile = profiles.removeValue(forKey: entry.policy) ?? blank
      guard profile[entry.player][entry.state, entry.action] < 0 else {
        throw FileError("\(path):\(index + 1)", "repeats an entry")
      }
      profile.policies[entry.player][entry.state, entry.action] = entry.probability
      profiles[entry.policy] = profile
    }
    guard !profiles.isEmpty else { throw FileError(path, "holds no policy") }
    for (name, var profile) in profiles {
      for player in 0..<game.playerCount {
        for state in 0..<game.stateCount {
          guard profile[player].law(at: state).contains(where: { $0 >= 0 }) else {
            throw FileError(
              path,
              "policy \(name) says nothing of player \(player + 1) at state "
                + "\(game.stateLabels[state]) (index \(state))")
          }
        }
        let entries = profile[player].probabilities.map { max($0, 0) }
        profile.policies[player].probabilities = entries
      }
      do {
        try game.validate(profile)
      } catch {
        throw FileError(path, "policy \(name): \(error)")
      }
      profiles[name] = profile
    }
    return profiles
  }

  /// Where the columns stand.
  private struct Columns {
    let count: Int
    let policy: Int?
    let player: Int
    let state: Int?
    let stateLabel: Int?
    let action: Int?
    let actionLabel: Int?
    let probability: Int
    let game: StochasticGame
    let states: [String: Int]

    init(_ fields: [String], path: String, game: StochasticGame) throws {
      func column(_ name: String) throws -> Int? {
        let places = fields.indices.filter { fields[$0] == name }
        guard places.count <= 1 else { throw FileError(path, "names the column \(name) twice") }
        return places.first
      }
      count = fields.count
      policy = try column("policy")
      (state, stateLabel) = (try column("state"), try column("state_label"))
      (action, actionLabel) = (try column("action"), try column("action_label"))
      guard let player = try column("player"), let probability = try column("probability"),
        state != nil || stateLabel != nil, action != nil || actionLabel != nil
      else {
        throw FileError(
          path,
          "must name the columns player, state (or state_label), action (or action_label) and "
            + "probability; lab writes \(header)")
      }
      (self.player, self.probability) = (player, probability)
      self.game = game
      states = Dictionary(
        game.stateLabels.enumerated().map { ($1.description, $0) }, uniquingKeysWith: { a, _ in a })
    }

    func entry(
      _ fields: [String], line: String
    ) throws -> (policy: String, player: Int, state: Int, action: Int, probability: Double) {
      guard fields.count == count else {
        throw FileError(line, "has \(fields.count) fields, not \(count) as its header")
      }
      guard let player = Int(fields[player]), (1...game.playerCount).contains(player) else {
        throw FileError(
          line, "player \(fields[self.player]) must be from 1 to \(game.playerCount)")
      }
      let state: Int?
      if let column = self.state {
        state = Int(fields[column])
      } else {
        state = states[fields[stateLabel!]]
      }
      guard let state, (0..<game.stateCount).contains(state) else {
        throw FileError(
          line,
          "state \(fields[self.state ?? stateLabel!]) is none of the game's \(game.stateCount) states "
            + "(indices from 0)")
      }
      if self.state != nil, let stateLabel, !fields[stateLabel].isEmpty,
        fields[stateLabel] != game.stateLabels[state].description
      {
        throw FileError(
          line,
          "state \(state) is called \(game.stateLabels[state]), not \(fields[stateLabel]): indices "
            + "count from 0; leave out one of the two columns")
      }
      let actions = game.actionCount(player - 1, at: state)
      let action: Int?
      if let column = self.action {
        action = Int(fields[column])
      } else {
        let labels = game.actionLabels.labels(player - 1, at: state)
        action = labels.firstIndex { $0.description == fields[actionLabel!] }
      }
      guard let action, (0..<actions).contains(action) else {
        throw FileError(
          line,
          "action \(fields[self.action ?? actionLabel!]) is none of the \(actions) actions there "
            + "(indices from 0)")
      }
      if self.action != nil, let actionLabel, !fields[actionLabel].isEmpty {
        let label = game.actionLabels.labels(player - 1, at: state)[action].description
        guard fields[actionLabel] == label else {
          throw FileError(
            line,
            "action \(action) is called \(label) there, not \(fields[actionLabel]): indices count "
              + "from 0; leave out one of the two columns")
        }
      }
      guard let probability = Double(fields[probability]), probability >= 0,
        probability <= 1 + 1e-9
      else {
        throw FileError(
          line, "probability \(fields[self.probability]) must be a number in [0, 1]")
      }
      return (
        policy.map { fields[$0] } ?? PolicyTable.defaultName, player - 1, state, action, probability
      )
    }
  }

  static func quoted(_ text: String) -> String {
    text.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" })
      ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }

  /// Splits a line at commas outside quotes.
  static func splitCSV(_ line: Substring) -> [String] {
    var fields = [""]
    var inQuotes = false
    var previousQuote = false
    for character in line {
      if character == "\"" {
        if inQuotes {
          inQuotes = false
          previousQuote = true
        } else {
          if previousQuote { fields[fields.count - 1].append("\"") }
          inQuotes = true
          previousQuote = false
        }
      } else if character == ",", !inQuotes {
        fields.append("")
        previousQuote = false
      } else if character != "\r" {
        fields[fields.count - 1].append(character)
        previousQuote = false
      }
    }
    return fields
  }
}
