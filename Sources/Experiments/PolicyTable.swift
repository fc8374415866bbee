public import Environments

/// Policies as a table: one line per policy, player, state and action.
///
/// Columns: `policy` (a name such as `last`), `player` (from 1), `state` and `action` (indices from
/// 0), `state_label`, `action_label`, `probability` (every digit needed to read it back exactly).
public enum PolicyTable {
  static let header = "policy,player,state,state_label,action,action_label,probability"

  /// Writes named profiles of a game.
  public static func csv(_ game: StochasticGame, _ profiles: [(name: String, profile: Profile)])
    -> String
  {
    var lines = [header]
    for (name, profile) in profiles {
      for player in 0..<game.playerCount {
        for state in 0..<game.stateCount {
          let labels = game.actionLabels.labels(player, at: state)
          for action in 0..<game.actionCount(player, at: state) {
            lines.append(
              [
                name, "\(player + 1)", "\(state)", quoted(game.stateLabels[state].description),
                "\(action)", quoted(labels[action].description),
                "\(profile[player][state, action])",
              ].joined(separator: ","))
          }
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Reads the profiles of a game from a table, by name.
  ///
  /// - Throws: `FileError` naming the line and the rule; laws must sum to 1 within 1e-9.
  public static func read(_ path: String, game: StochasticGame) throws -> [String: Profile] {
    let text = try readText(path)
    var profiles: [String: Profile] = [:]
    var seen: [String: Int] = [:]
    let blank = Profile(
      (0..<game.playerCount).map { player in
        let uniform = game.uniformPolicy(player)
        return Policy(
          offsets: uniform.offsets,
          probabilities: Array(repeating: -1, count: uniform.probabilities.count))
      })
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      if index == 0 {
        guard line == header else {
          throw FileError("\(path):1", "must be the header \(header)")
        }
        continue
      }
      if line.isEmpty { continue }
      let fields = splitCSV(line)
      guard fields.count == 7, let player = Int(fields[1]), let state = Int(fields[2]),
        let action = Int(fields[4]), let probability = Double(fields[6])
      else { throw FileError("\(path):\(index + 1)", "must have the seven fields \(header)") }
      guard (1...game.playerCount).contains(player), (0..<game.stateCount).contains(state),
        (0..<game.actionCount(player - 1, at: state)).contains(action)
      else {
        throw FileError("\(path):\(index + 1)", "names a player, state or action the game has not")
      }
      guard probability >= 0, probability <= 1 + 1e-9 else {
        throw FileError("\(path):\(index + 1)", "probability \(fields[6]) must be in [0, 1]")
      }
      var profile = profiles[fields[0]] ?? blank
      guard profile[player - 1][state, action] < 0 else {
        throw FileError("\(path):\(index + 1)", "repeats an entry")
      }
      profile.policies[player - 1][state, action] = probability
      profiles[fields[0]] = profile
      seen[fields[0], default: 0] += 1
    }
    let entries = blank.policies.reduce(0) { $0 + $1.probabilities.count }
    for (name, profile) in profiles {
      guard seen[name] == entries else {
        throw FileError(path, "policy \(name) has \(seen[name] ?? 0) of \(entries) entries")
      }
      do {
        try game.validate(profile)
      } catch {
        throw FileError(path, "policy \(name): \(error)")
      }
    }
    return profiles
  }

  static func quoted(_ text: String) -> String {
    text.contains(where: { $0 == "," || $0 == "\"" || $0 == "\n" })
      ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }

  /// Splits a line at commas outside quotes.
  private static func splitCSV(_ line: Substring) -> [String] {
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
