internal import Configuration

/// What every joint action of a game file pays and where it leads, as flat tables.
struct TableContents {
  private(set) var payoffs: [Double]
  private(set) var growth: [Double]
  private(set) var transitionOffsets = [0]
  private(set) var nextStates: [Int32] = []
  private(set) var probabilities: [Double] = []
  /// Where the payoffs of a row of the game were written.
  var origin: (Int) -> Position = { _ in Position(source: TableGame.name) }

  /// Payoffs and growth without moves, which are then appended row by row.
  init(header: TableHeader, payoffs: [Double], growth: [Double]) {
    self.payoffs = payoffs
    self.growth = growth
    transitionOffsets.reserveCapacity(header.rowCount + 1)
  }

  /// Appends the law of the next row.
  mutating func append(_ law: [(state: Int, probability: Double)]) {
    for (state, probability) in law {
      nextStates.append(Int32(state))
      probabilities.append(probability)
    }
    transitionOffsets.append(nextStates.count)
  }

  /// Reads `rows` and `matrix` of a game file, or rows as CSV, in it or in the file `rows` names.
  ///
  /// - Throws: `ConfigurationError`.
  init(_ document: DocumentNode, _ table: TableText, header: TableHeader) throws {
    let rows = document.value(of: "rows")
    let file = rows?.word ?? ""
    guard let rows, !file.isEmpty || table.rows != nil else {
      guard rows != nil || document.value(of: "matrix") != nil else {
        throw ConfigurationError(
          document.position, key: "rows",
          rule: "is missing; it must be a list of rows, or the name of a CSV file")
      }
      self = try Self.read(try TableRows(document, header: header), document, header)
      return
    }
    if let matrix = document.value(of: "matrix") {
      throw matrix.error("matrix", "cannot be joined with rows as CSV; keep one of them")
    }
    if let text = table.rows {
      let place = Position(source: rows.position.source, line: table.line, column: 1)
      self = try TableCSV.read(text, at: place, header: header)
      return
    }
    let path = TableFile.path(file, beside: rows.position.source)
    let text = try TableFile.text(
      path: path, position: rows.position, key: "rows", value: file)
    self = try TableCSV.read(text, at: Position(source: path), header: header)
  }

  private static func read(
    _ rows: TableRows, _ document: DocumentNode, _ header: TableHeader
  ) throws -> TableContents {
    let players = header.playerCount
    var payoffs = [Double](repeating: 0, count: header.rowCount * players)
    var growth = [Double](repeating: 1, count: header.rowCount)
    var moves = 0
    for row in 0..<header.rowCount {
      if let paid = rows.decider(.payoffs, row)?.payoffs {
        for player in 0..<players { payoffs[row * players + player] = paid[player] }
      }
      if let factor = rows.decider(.growth, row)?.growth { growth[row] = factor }
      moves += rows.decider(.next, row)?.next?.count ?? 1
    }
    guard moves <= TableHeader.largestTable else {
      throw ConfigurationError(
        document.position, key: "rows",
        rule: "\(moves) transitions, more than the \(TableHeader.largestTable) that are read; "
          + "make the game smaller")
    }
    var contents = TableContents(header: header, payoffs: payoffs, growth: growth)
    contents.nextStates.reserveCapacity(moves)
    contents.probabilities.reserveCapacity(moves)
    for state in 0..<header.stateCount {
      for row in header.jointOffsets[state]..<header.jointOffsets[state + 1] {
        contents.append(rows.decider(.next, row)?.next ?? [(state, 1)])
      }
    }
    contents.origin = { rows.decider(.payoffs, $0)?.position ?? document.position }
    return contents
  }

  // MARK: The game

  /// The game these tables and a header make up.
  ///
  /// - Throws: `ConfigurationError` for what only the whole shows: a discount of 1 in play without
  ///   end, growth that outruns discounting, a mirror that does not hold.
  func game(_ header: TableHeader) throws -> StochasticGame {
    let hasGrowth = growth.contains { $0 != 1 }
    var continuations = probabilities
    if hasGrowth {
      for row in 0..<header.rowCount {
        for entry in transitionOffsets[row]..<transitionOffsets[row + 1] {
          continuations[entry] *= growth[row]
        }
      }
    }
    let game = StochasticGame(
      playerCount: header.playerCount, stateCount: header.stateCount,
      actionCounts: (0..<header.stateCount).flatMap { header.actions.counts(at: $0) },
      jointOffsets: header.jointOffsets, payoffs: payoffs, transitionOffsets: transitionOffsets,
      nextStates: nextStates, probabilities: probabilities, continuations: continuations,
      growth: hasGrowth ? growth : nil, discounts: header.discounts, initial: header.initial,
      isTerminal: header.isTerminal, stateLabels: header.states.labels,
      actionLabels: header.actions.labels, mirror: header.mirror,
      declaredCoordinates: nil)
    try refuseEndlessPlay(game, header)
    try refuseOutgrownDiscount(game, header)
    if let mirror = header.mirror, let position = header.mirrorPosition {
      try refuseBrokenMirror(mirror, game, header, position)
    }
    // The checks above leave nothing for these; they stand guard over the reader itself.
    if let violation = game.violations().first {
      throw ConfigurationError(
        header.discountPosition, key: violation.subject, rule: violation.rule)
    }
    return game
  }

  private func refuseEndlessPlay(_ game: StochasticGame, _ header: TableHeader) throws {
    guard header.discounts.contains(1), let state = game.statesHoldingPlay.firstIndex(of: true)
    else { return }
    throw ConfigurationError(
      header.discountPosition, key: "discount", value: "1",
      rule: "is allowed only where every play ends, and at state "
        + "\(header.states.labels[state]) it can go on for ever; take a discount below 1")
  }

  private func refuseOutgrownDiscount(_ game: StochasticGame, _ header: TableHeader) throws {
    guard let growth = game.growth, let largest = growth.max(),
      let row = growth.firstIndex(of: largest), let discount = header.discounts.max(),
      discount * largest >= 1
    else { return }
    throw ConfigurationError(
      header.discountPosition, key: "discount", value: TableNumber.text(discount),
      rule: "\(header.describe(row: row)): discount x growth = "
        + "\(TableNumber.text(discount * largest)) must stay below 1; lower one of them")
  }

  private func refuseBrokenMirror(
    _ mirror: [Int], _ game: StochasticGame, _ header: TableHeader, _ position: Position
  ) throws {
    for state in 0..<header.stateCount {
      let image = mirror[state]
      let (counts, imageCounts) = (
        header.actions.counts(at: state), header.actions.counts(at: image)
      )
      guard counts[0] == imageCounts[1], counts[1] == imageCounts[0] else {
        throw ConfigurationError(
          position, key: "mirror",
          rule: "state \(header.states.labels[state]) with \(counts[0]) x \(counts[1]) joint "
            + "actions cannot mirror state \(header.states.labels[image]) with "
            + "\(imageCounts[0]) x \(imageCounts[1])")
      }
      for own in 0..<counts[0] {
        for rival in 0..<counts[1] {
          let row = game.row(state, [own, rival])
          let other = game.row(image, [rival, own])
          func refuse(_ what: String) -> ConfigurationError {
            ConfigurationError(
              origin(row), key: "mirror",
              rule: "\(header.describe(row: row)) and its mirror image, "
                + "\(header.describe(row: other)), differ in \(what)")
          }
          let paid = (game.payoff(0, row: row), game.payoff(1, row: row))
          let swapped = (game.payoff(1, row: other), game.payoff(0, row: other))
          guard paid == swapped else {
            throw refuse(
              "payoffs: (\(TableNumber.text(paid.0)), \(TableNumber.text(paid.1))) against "
                + "(\(TableNumber.text(swapped.0)), \(TableNumber.text(swapped.1)))")
          }
          for entry in transitionOffsets[row]..<transitionOffsets[row + 1] {
            let next = Int(nextStates[entry])
            let moved = game.probability(row: other, to: mirror[next])
            guard moved == probabilities[entry] else {
              throw refuse(
                "the probability of state \(header.states.labels[next]): "
                  + "\(TableNumber.text(probabilities[entry])) against "
                  + TableNumber.text(moved))
            }
          }
          guard growth[row] == growth[other] else { throw refuse("growth") }
        }
      }
    }
  }
}
