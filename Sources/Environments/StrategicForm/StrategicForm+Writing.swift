internal import Foundation

extension StrategicForm {
  /// The versions of the `.nfg` format.
  public enum NFGVersion: Sendable {
    /// A list of outcomes, one per combination, and their numbers. Strategies have names.
    case outcomes
    /// The payoffs one by one. Strategies have numbers only; some programs read no other version.
    case payoffs
  }

  /// The game as an `.nfg` file.
  ///
  /// Payoffs have the shortest digits that read back exactly, without a sign in a positive exponent.
  /// - Parameters:
  ///   - version: which of the two versions.
  ///   - isPlain: names as current versions of Gambit accept them: printable ASCII without blanks
  ///     at the ends or next to each other. Accents are dropped, other characters become `?`, and
  ///     names that this makes alike are told apart by `_2`, `_3`, …. Otherwise names stay as they
  ///     are, for programs that read any text.
  ///
  /// The format cannot write a backslash before a quote, another backslash or the end of a name:
  /// such a backslash becomes `/`. Cost O(payoffs).
  public func nfg(_ version: NFGVersion = .outcomes, isPlain: Bool = true) -> String {
    func named(_ names: [String]) -> [String] {
      isPlain ? distinctNames(names.map(Self.plain)) : names
    }
    func list(_ names: [String]) -> String {
      "{ " + named(names).map(Self.quoted).joined(separator: " ") + " }"
    }
    func single(_ text: String) -> String { Self.quoted(isPlain ? Self.plain(text) : text) }

    var text = "NFG 1 R \(single(title)) \(list(players))\n"
    switch version {
    case .payoffs:
      // No comment: some programs that read this version do not expect one.
      text += "{ " + counts.map { "\($0)" }.joined(separator: " ") + " }\n\n"
      for combination in combinationsFirstPlayerFastest() {
        text += numbers(combination, separator: " ") + "\n"
      }
    case .outcomes:
      text += "\n{\n" + strategies.map { "\(list($0))\n" }.joined() + "}\n"
      if !comment.isEmpty { text += single(comment) + "\n" }
      text += "\n{\n"
      for combination in combinationsFirstPlayerFastest() {
        text += "{ \"\" \(numbers(combination, separator: ", ")) }\n"
      }
      text += "}\n"
      text += (1...combinationCount).map { "\($0)" }.joined(separator: " ") + "\n"
    }
    return text
  }

  private func numbers(_ combination: Int, separator: String) -> String {
    let first = combination * players.count
    return payoffs[first..<first + players.count].map(Self.number).joined(separator: separator)
  }

  /// The shortest digits that read back exactly: `0.1`, `-3`, `1e-07`, `1e300`.
  private static func number(_ value: Double) -> String {
    value == 0 ? "0" : TableNumber.text(value).replacing("e+", with: "e")
  }

  /// A text in quotes.
  private static func quoted(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    var result = "\""
    for (index, scalar) in scalars.enumerated() {
      switch scalar {
      case "\"": result += "\\\""
      case "\\":
        let next = index + 1 < scalars.count ? scalars[index + 1] : "\""
        result += next == "\"" || next == "\\" ? "/" : "\\"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }

  /// Printable ASCII without blanks at the ends or next to each other.
  private static func plain(_ text: String) -> String {
    var result = ""
    for scalar in text.decomposedStringWithCanonicalMapping.unicodeScalars {
      if scalar.properties.generalCategory == .nonspacingMark { continue }
      if scalar.properties.isWhitespace || scalar.value < 0x20 {
        if !result.isEmpty, !result.hasSuffix(" ") { result += " " }
      } else {
        result.unicodeScalars.append(scalar.isASCII && scalar.value < 0x7F ? scalar : "?")
      }
    }
    while result.hasSuffix(" ") { result.removeLast() }
    return result
  }
}

extension StrategicForm {
  /// The game at a state of a stochastic game, with these payoffs.
  ///
  /// - Parameters:
  ///   - game: gives the actions and their names.
  ///   - state: the state.
  ///   - payoffs: `[row of the state × player]`; nil for the payoffs of the period alone.
  public init(
    of game: StochasticGame, at state: Int, payoffs: [Double]? = nil, title: String,
    comment: String = ""
  ) {
    let players = game.playerCount
    let rows = game.jointOffsets[state]..<game.jointOffsets[state + 1]
    self.init(
      title: title, comment: comment, players: (1...players).map { "Player \($0)" },
      strategies: (0..<players).map { player in
        distinctNames(game.actionLabels.labels(player, at: state).map(\.description))
      },
      payoffs: payoffs
        ?? Array(game.payoffs[rows.lowerBound * players..<rows.upperBound * players]))
  }
}
