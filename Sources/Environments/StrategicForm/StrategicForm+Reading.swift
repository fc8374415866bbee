internal import Configuration

extension StrategicForm {
  /// Reads an `.nfg` file, either version of the format: payoffs listed one by one, or a list of
  /// outcomes and their numbers.
  ///
  /// Format: Gambit project, "Game representation formats", sections on the strategic game format.
  /// Numbers are read exactly and rounded once, to the nearest double. Names that are empty or
  /// repeated are made distinct (`distinctNames`); versions D and R mean the same. Strict: what the
  /// format does not name is an error.
  ///
  /// - Parameter source: what errors call the file.
  /// - Throws: `ConfigurationError` with line and column.
  public init(nfg text: String, source: String) throws {
    var reader = NFGReader(text, source: source)
    self = try reader.game()
  }
}

/// Reads the parts of an `.nfg` file in order.
private struct NFGReader {
  private var lexer: NFGLexer

  init(_ text: String, source: String) { lexer = NFGLexer(text, source: source) }

  mutating func game() throws -> StrategicForm {
    try header()
    let title = try text("the game's title in quotes")
    try expect(.open, "{ and the players' names")
    let players = try names(of: "a player")
    guard !players.isEmpty else { throw lexer.error("needs at least one player between { and }") }
    let strategies = try self.strategies(players)
    var comment = ""
    if case .text(let words) = lexer.token {
      comment = words
      try lexer.advance()
    }
    let combinations = try combinationCount(strategies.map(\.count), players: players.count)
    var form = StrategicForm(
      title: title, comment: comment, players: distinctNames(players),
      strategies: strategies.map(distinctNames),
      payoffs: [Double](repeating: 0, count: combinations * players.count))
    if lexer.token == .open {
      try readOutcomes(&form)
    } else {
      try readPayoffs(&form)
    }
    return form
  }

  private mutating func header() throws {
    try lexer.advance()
    guard lexer.token == .word("NFG") else {
      throw lexer.error("must begin with NFG, as files of strategic games do")
    }
    try lexer.advance()
    guard lexer.token == .number("1") else {
      throw lexer.error("must be version 1 of the format: NFG 1 R")
    }
    try lexer.advance()
    guard lexer.token == .word("R") || lexer.token == .word("D") else {
      throw lexer.error("must be R (or D, in old files): NFG 1 R")
    }
    try lexer.advance()
  }

  /// Steps over a token of this kind.
  private mutating func expect(_ token: NFGLexer.Token, _ what: String) throws {
    guard lexer.token == token else { throw lexer.error("must be \(what)") }
    try lexer.advance()
  }

  private mutating func text(_ what: String) throws -> String {
    guard case .text(let text) = lexer.token else { throw lexer.error("must be \(what)") }
    try lexer.advance()
    return text
  }

  /// Names up to and including `}`.
  private mutating func names(of what: String) throws -> [String] {
    var names: [String] = []
    while case .text(let name) = lexer.token {
      names.append(name)
      try lexer.advance()
    }
    try expect(.close, "the name of \(what) in quotes, or }")
    return names
  }

  /// A list of lists of names, or of the numbers of strategies.
  private mutating func strategies(_ players: [String]) throws -> [[String]] {
    try expect(.open, "{ and the strategies of each player")
    var strategies: [[String]] = []
    let isNamed = lexer.token == .open
    for player in players {
      if isNamed {
        try expect(.open, "{ and the strategies of player \(player)")
        let found = try names(of: "a strategy")
        guard !found.isEmpty else {
          throw lexer.error("comes after player \(player) without strategies; each needs one")
        }
        strategies.append(found)
      } else {
        guard case .number(let word) = lexer.token, let count = Int(word), count >= 1 else {
          throw lexer.error("must be the number of strategies of player \(player), at least 1")
        }
        guard count <= StochasticGame.maximumRowCount else { throw tooLarge }
        strategies.append((1...count).map { "\($0)" })
        try lexer.advance()
      }
    }
    try expect(.close, "} after the strategies of \(players.count) players")
    return strategies
  }

  private var tooLarge: ConfigurationError {
    lexer.error(
      "makes a game of more than \(StochasticGame.maximumRowCount) payoffs, too many to write out")
  }

  private func combinationCount(_ counts: [Int], players: Int) throws -> Int {
    var total = 1
    for count in counts {
      let (product, overflow) = total.multipliedReportingOverflow(by: count)
      guard !overflow, product <= StochasticGame.maximumRowCount / players else { throw tooLarge }
      total = product
    }
    return total
  }

  /// One payoff; the lexer stands behind it afterwards.
  private mutating func payoff(_ missing: () -> String) throws -> Double {
    guard case .number(let word) = lexer.token else { throw lexer.error(missing()) }
    guard let value = ExactNumber.double(word) else {
      throw lexer.error(
        "must be a decimal, or a fraction of two whole numbers of at most "
          + "\(ExactNumber.fractionDigits) digits")
    }
    guard abs(value) <= StochasticGame.maximumPayoff else {
      throw lexer.error("must be within ±\(StochasticGame.maximumPayoff); rescale the game")
    }
    try lexer.advance()
    return value
  }

  private mutating func readPayoffs(_ form: inout StrategicForm) throws {
    let players = form.players.count
    let total = form.payoffs.count
    var read = 0
    for combination in form.combinationsFirstPlayerFastest() {
      for player in 0..<players {
        form.payoffs[combination * players + player] = try payoff {
          "stands where payoff \(read + 1) of \(total) is needed"
        }
        read += 1
      }
    }
    guard lexer.token == .end else {
      throw lexer.error("comes after all \(total) payoffs; the file must end there")
    }
  }

  private mutating func readOutcomes(_ form: inout StrategicForm) throws {
    let players = form.players.count
    try expect(.open, "{ and the outcomes")
    var outcomes: [Double] = []
    while lexer.token == .open {
      try lexer.advance()
      _ = try text("the outcome's name in quotes")
      for player in 0..<players {
        outcomes.append(
          try payoff { "stands where the payoff of player \(player + 1) of \(players) is needed" })
        if lexer.token == .comma { try lexer.advance() }
      }
      try expect(.close, "} after \(players) payoff\(players == 1 ? "" : "s")")
    }
    try expect(.close, "an outcome in braces, or }")
    let count = outcomes.count / players
    for (position, combination) in form.combinationsFirstPlayerFastest().enumerated() {
      guard case .number(let word) = lexer.token else {
        throw lexer.error(
          "stands where outcome \(position + 1) of \(form.combinationCount) is needed")
      }
      guard let outcome = Int(word), (0...count).contains(outcome) else {
        throw lexer.error("must be the number of an outcome: 0 (nobody is paid) to \(count)")
      }
      try lexer.advance()
      guard outcome > 0 else { continue }
      for player in 0..<players {
        form.payoffs[combination * players + player] = outcomes[(outcome - 1) * players + player]
      }
    }
    guard lexer.token == .end else {
      throw lexer.error(
        "comes after all \(form.combinationCount) outcomes; the file must end there")
    }
  }
}

/// Divides an `.nfg` file into words, numbers, quoted texts and braces.
private struct NFGLexer {
  enum Token: Equatable {
    case word(String)
    case number(String)
    case text(String)
    case open, close, comma, end
  }

  private let bytes: [UInt8]
  private let source: String
  private var index = 0
  private var line = 1
  private var lineStart = 0
  /// Where the current token starts.
  private var start = (offset: 0, line: 1, lineStart: 0)
  /// The current token; `advance` moves on.
  private(set) var token = Token.end

  init(_ text: String, source: String) {
    bytes = Array(text.utf8)
    self.source = source
  }

  /// An error about the current token.
  func error(_ rule: String) -> ConfigurationError {
    let shown: String
    switch token {
    case .word(let text), .number(let text): shown = text
    case .text(let text): shown = "\"\(text.prefix(40))\""
    case .open: shown = "{"
    case .close: shown = "}"
    case .comma: shown = ","
    case .end: shown = "the end of the file"
    }
    return ConfigurationError(position(start), key: "", rule: "\(shown) \(rule)")
  }

  private func position(_ place: (offset: Int, line: Int, lineStart: Int)) -> Position {
    let before = String(decoding: bytes[place.lineStart..<place.offset], as: UTF8.self)
    return Position(source: source, line: place.line, column: 1 + before.unicodeScalars.count)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || (9...13).contains(byte)
  }

  private mutating func step() {
    if bytes[index] == UInt8(ascii: "\n") {
      line += 1
      lineStart = index + 1
    }
    index += 1
  }

  /// Moves to the next token. Throws for a text without its closing quote.
  mutating func advance() throws {
    while index < bytes.count, Self.isBlank(bytes[index]) { step() }
    start = (index, line, lineStart)
    guard index < bytes.count else {
      token = .end
      return
    }
    switch bytes[index] {
    case UInt8(ascii: "{"): token = .open
    case UInt8(ascii: "}"): token = .close
    case UInt8(ascii: ","): token = .comma
    case UInt8(ascii: "\""):
      token = .text(try quoted())
      return
    default:
      let rest = bytes[index...].prefix {
        !Self.isBlank($0) && !#"{},""#.utf8.contains($0)
      }
      let word = String(decoding: rest, as: UTF8.self)
      index += rest.count
      token = "+-.0123456789".utf8.contains(rest[start.offset]) ? .number(word) : .word(word)
      return
    }
    index += 1
  }

  /// A text in quotes; `\"` in it is a quote, and every other backslash is itself.
  private mutating func quoted() throws -> String {
    var text: [UInt8] = []
    index += 1
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        index += 1
        return String(decoding: text, as: UTF8.self)
      }
      if byte == UInt8(ascii: "\\"), index + 1 < bytes.count,
        bytes[index + 1] == UInt8(ascii: "\"")
      {
        index += 1
      }
      text.append(bytes[index])
      step()
    }
    throw ConfigurationError(position(start), key: "", rule: "the quote is not closed")
  }
}
