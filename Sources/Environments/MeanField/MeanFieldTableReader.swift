internal import Configuration

/// Everything in the file of a mean-field game, checked.
struct MeanFieldTableReader {
  /// The keys of a file.
  static let keys = [
    "name", "description", "discount", "states", "quantity", "interaction", "bounds", "turnover",
    "rows",
  ]
  /// The longest list of coefficients of a polynomial.
  static let longestPolynomial = 9
  /// The most scalars.
  static let mostScalars = 8

  /// One action of one state.
  struct Row {
    var action: Label
    var payoff: [Double]
    /// Ascending states.
    var next: [(state: Int, probability: [Double])]
    var interaction: [Double]
    /// Where the row, and its law, stand.
    var position: Position
    var lawPosition: Position
  }

  var title: String?
  var explanation: String?
  var discount: Double
  var states: TableNames
  var quantity: String
  var scalars: [String]
  /// `[state][action]`.
  var rows: [[Row]]
  var bounds: [ClosedRange<Double>] = []
  var turnover: Turnover?

  /// Reads a file.
  ///
  /// - Throws: `ConfigurationError` with line and column.
  init(_ document: DocumentNode) throws {
    guard document.entries != nil else {
      throw document.error("", "must be a mapping with the keys discount, states and rows")
    }
    try document.refuseUnknown(Self.keys, path: "")
    func required(_ key: String, _ rule: String) throws -> DocumentNode {
      if let node = document.value(of: key) { return node }
      throw ConfigurationError(document.position, key: key, rule: "is missing; \(rule)")
    }
    func text(_ key: String) throws -> String? {
      guard let node = document.value(of: key) else { return nil }
      guard let word = node.word else { throw node.error(key, "must be a text") }
      return word
    }
    title = try text("name")
    explanation = try text("description")
    quantity = try text("quantity") ?? "state"
    discount = try required("discount", "it must be a number in [0, 1)").number(
      "discount", in: .rightOpen(0, 1))
    let listed = try required("states", "it must be a list of names, such as [low, high]")
    guard let names = listed.list, !names.isEmpty else {
      throw listed.error("states", "must be a list of one or more names, such as [low, high]")
    }
    states = try TableNames(names, key: "states", what: "a state", reserved: [TableNames.wildcard])
    scalars = try Self.readScalars(document.value(of: "interaction"))
    rows = try Self.readRows(
      try required("rows", "it must be a list of rows"), states: states, scalars: scalars.count)
    bounds = try readBounds(document.value(of: "bounds"))
    turnover = try readTurnover(document.value(of: "turnover"))
    try refuseBrokenLaws()
  }

  /// The layout of states and rows; states that are numbers have them as coordinates, others their
  /// place.
  func layout() throws -> MeanFieldLayout {
    let numbers = states.labels.map { label -> Double? in
      if case .number(let value) = label { value } else { nil }
    }
    let areNumbers = !numbers.contains(nil)
    return try MeanFieldLayout(
      coordinates: numbers.indices.map { [areNumbers ? numbers[$0]! : Double($0)] },
      stateLabels: states.labels, interactionNames: scalars,
      rows: rows.map { actions in
        actions.map {
          .init($0.action, successors: $0.next.map(\.state), interaction: $0.interaction)
        }
      })
  }

  // MARK: Keys

  private static func readScalars(_ node: DocumentNode?) throws -> [String] {
    guard let node else { return ["m"] }
    let nodes = node.list ?? [node]
    guard (1...mostScalars).contains(nodes.count) else {
      throw node.error("interaction", "must name from 1 to \(mostScalars) scalars")
    }
    return try TableNames(nodes, key: "interaction", what: "a scalar", reserved: []).labels
      .map(\.description)
  }

  private func readBounds(_ node: DocumentNode?) throws -> [ClosedRange<Double>] {
    let ranges = scalars.indices.map { scalar in
      let values = rows.joined().map { $0.interaction[scalar] }
      return values.min()!...values.max()!
    }
    guard let node else { return ranges }
    let form = scalars.count == 1 ? "[lo, hi]" : "one pair [lo, hi] per scalar: \(scalars.count)"
    guard let list = node.list, list.count == (scalars.count == 1 ? 2 : scalars.count) else {
      throw node.error("bounds", "must be \(form)")
    }
    return try (scalars.count == 1 ? [node] : list).enumerated().map { scalar, pair in
      guard let ends = pair.list, ends.count == 2 else {
        throw pair.error("bounds", "must be \(form)")
      }
      let (low, high) = (try ends[0].number("bounds"), try ends[1].number("bounds"))
      let range = ranges[scalar]
      guard low < high, low >= range.lowerBound, high <= range.upperBound else {
        throw pair.error(
          "bounds",
          "must ascend within [\(TableNumber.text(range.lowerBound)), "
            + "\(TableNumber.text(range.upperBound))], the values that \(scalars[scalar]) can take")
      }
      return low...high
    }
  }

  private func readTurnover(_ node: DocumentNode?) throws -> Turnover? {
    guard let node else { return nil }
    try node.refuseUnknown(["survival", "entry"], path: "turnover")
    guard let survival = node.value(of: "survival"), let entry = node.value(of: "entry") else {
      throw node.error("turnover", "must be {survival: probability, entry: state}")
    }
    return Turnover(
      survival: try survival.number("turnover.survival", in: .leftOpen(0, 1)),
      entry: try entry.state("turnover.entry", among: states))
  }

  // MARK: Rows

  private static func readRows(
    _ node: DocumentNode, states: TableNames, scalars: Int
  ) throws -> [[Row]] {
    guard let list = node.list, !list.isEmpty else {
      throw node.error("rows", "must be a list of rows")
    }
    var rows = [[Row]](repeating: [], count: states.count)
    for entry in list {
      let (state, row) = try readRow(entry, states: states, scalars: scalars)
      if let earlier = rows[state].first(where: { $0.action == row.action }) {
        throw ConfigurationError(
          row.position, key: "rows",
          rule: "state \(states.labels[state]), action \(row.action): given already in line "
            + "\(earlier.position.line); keep one")
      }
      rows[state].append(row)
    }
    if let state = rows.firstIndex(where: \.isEmpty) {
      throw ConfigurationError(
        node.position, key: "rows",
        rule: "state \(states.labels[state]) has no action; add a row for it")
    }
    return rows
  }

  private static func readRow(
    _ node: DocumentNode, states: TableNames, scalars: Int
  ) throws -> (state: Int, row: Row) {
    guard node.entries != nil else {
      throw node.error(
        "rows", "must be a mapping such as {state: s, action: a, payoff: [1, -2], next: t}")
    }
    try node.refuseUnknown(["state", "action", "payoff", "next", "interaction"], path: "rows")
    func required(_ key: String, _ rule: String) throws -> DocumentNode {
      if let value = node.value(of: key) { return value }
      throw ConfigurationError(node.position, key: "rows.\(key)", rule: "is missing; \(rule)")
    }
    let state = try required("state", "it must be the name of a state").state(
      "rows.state", among: states)
    let actionNode = try required("action", "it must be the name of an action")
    guard case .scalar(let word, let quoted) = actionNode.content, !word.isEmpty else {
      throw actionNode.error("rows.action", "must be the name of an action: a word or a number")
    }
    let next = try required("next", "it must be a state, or probabilities of states")
    var interaction = [Double](repeating: 0, count: scalars)
    if let value = node.value(of: "interaction") {
      let list = scalars == 1 && value.list == nil ? [value] : value.list ?? []
      guard list.count == scalars else {
        throw value.error("rows.interaction", "must be one number per scalar: \(scalars)")
      }
      interaction = try list.map { try $0.number("rows.interaction") }
    }
    let row = Row(
      action: TableNames.label(word, quoted: quoted),
      payoff: try required("payoff", "it must be a number, or coefficients in m").coefficients(
        "rows.payoff", scalars: scalars),
      next: try readLaw(next, states: states, scalars: scalars), interaction: interaction,
      position: node.position, lawPosition: next.position)
    return (state, row)
  }

  private static func readLaw(
    _ node: DocumentNode, states: TableNames, scalars: Int
  ) throws -> [(state: Int, probability: [Double])] {
    guard let entries = node.entries else {
      return [(try node.state("rows.next", among: states), [1])]
    }
    var law: [(state: Int, probability: [Double])] = []
    for entry in entries {
      let key = "rows.next.\(entry.key)"
      guard let state = states.index(of: entry.key) else {
        throw ConfigurationError(
          entry.position, key: key, rule: "unknown state; \(states.advice(for: entry.key))")
      }
      guard !law.contains(where: { $0.state == state }) else {
        throw ConfigurationError(entry.position, key: key, rule: "names a state twice; keep one")
      }
      let probability = try entry.value.coefficients(key, scalars: scalars)
      if probability.contains(where: { $0 != 0 }) { law.append((state, probability)) }
    }
    law.sort { $0.state < $1.state }
    let width = law.map(\.probability.count).max() ?? 1
    for power in 0..<width {
      let parts = law.map { $0.probability.indices.contains(power) ? $0.probability[power] : 0 }
      let total = parts.reduce(0, +)
      let due = power == 0 ? 1.0 : 0
      guard abs(total - due) <= tableTolerance else {
        throw node.error(
          "rows.next",
          power == 0
            ? "probabilities sum to \(TableNumber.text(total)) at m = 0; they must sum to 1"
            : "coefficients \(power) sum to \(TableNumber.text(total)); they must sum to 0, so "
              + "that probabilities sum to 1 at every m")
      }
      // What decimals leave over goes to the largest.
      if abs(total - due) > 1e-13,
        let largest = parts.indices.max(by: { abs(parts[$0]) < abs(parts[$1]) })
      {
        law[largest].probability[power] -= total - due
      }
    }
    return law
  }

  /// Nothing is negative at the corners of the bounds, nor, with polynomials of degree 2 or more,
  /// at 1,025 points between them.
  private func refuseBrokenLaws() throws {
    let corners = bounds.reduce(into: [[Double]]([[]])) { points, range in
      points = points.flatMap { [$0 + [range.lowerBound], $0 + [range.upperBound]] }
    }
    let (low, high) = (bounds[0].lowerBound, bounds[0].upperBound)
    let between = (0...1024).map { step -> [Double] in
      [low + (high - low) * Double(step) / 1024]
    }
    for (state, actions) in rows.enumerated() {
      for row in actions {
        for (next, probability) in row.next {
          let isCurved = scalars.count == 1 && probability.count > 2
          for m in isCurved ? between : corners {
            let value = MeanFieldCoefficients.value(probability, at: m)
            guard value < -1e-12 else { continue }
            throw ConfigurationError(
              row.lawPosition, key: "rows.next.\(states.labels[next])",
              rule: "state \(states.labels[state]), action \(row.action): the probability is "
                + "\(TableNumber.text(value)) at m = "
                + m.map(TableNumber.text).joined(separator: ", ")
                + "; it must not be negative anywhere within the bounds")
          }
        }
      }
    }
  }
}

extension DocumentNode {
  /// A number, or coefficients in m. Throws `ConfigurationError`.
  fileprivate func coefficients(_ key: String, scalars: Int) throws -> [Double] {
    guard let list else { return [try number(key)] }
    let longest = scalars == 1 ? MeanFieldTableReader.longestPolynomial : 1 + scalars
    guard !list.isEmpty, scalars == 1 ? list.count <= longest : list.count == longest else {
      throw error(
        key,
        scalars == 1
          ? "must be a number, or from 1 to \(longest) coefficients [u0, u1, ...] of powers of m"
          : "must be a number, or \(longest) coefficients: a constant and one per scalar")
    }
    return try list.map { try $0.number(key) }
  }
}
