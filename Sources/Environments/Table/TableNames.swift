internal import Configuration

/// The names of states, of players, or of one player's actions, in order.
///
/// A plain number is a number and 0.5, 0.50 and 5e-1 name one thing; every other word, and every
/// quoted one, is text.
struct TableNames: Equatable {
  /// The wildcard; no state or action can have this name.
  static let wildcard = "any"

  private(set) var labels: [Label] = []
  private var texts: [String: Int] = [:]
  private var numbers: [Double: Int] = [:]

  /// Names are the same if they stand in the same order; the dictionaries follow from that.
  static func == (first: Self, second: Self) -> Bool { first.labels == second.labels }

  /// How many there are.
  var count: Int { labels.count }

  /// Adds a name; if it could be confused with an earlier one, returns that one's index instead.
  mutating func insert(_ label: Label) -> Int? {
    switch label {
    case .number(let value):
      if let known = numbers[value] { return known }
      numbers[value] = count
    case .text(let text):
      if let known = texts[text] { return known }
      if let value = TableNumber.decimal(text) {
        if let known = numbers[value] {
          if case .number = labels[known] { return known }
        } else {
          numbers[value] = count
        }
      }
      texts[text] = count
    }
    labels.append(label)
    return nil
  }

  /// The index that a word in the file refers to.
  func index(of word: String) -> Int? {
    texts[word] ?? TableNumber.decimal(word).flatMap { numbers[$0] }
  }

  /// What to write instead of an unknown word.
  func advice(for word: String) -> String {
    let known = labels.lazy.map(\.description)
    if let near = nearest(to: word, among: known) { return "did you mean \(near)?" }
    return "known: " + known.prefix(12).joined(separator: ", ") + (count > 12 ? ", ..." : "")
  }

  /// The label that a scalar in a list of names stands for.
  static func label(_ word: String, quoted: Bool) -> Label {
    if !quoted, let value = TableNumber.decimal(word) { return .number(value) }
    return .text(word)
  }

  /// Reads a list of distinct names.
  ///
  /// - Parameters:
  ///   - what: what they name, as in "a state".
  ///   - reserved: words that cannot be names.
  /// - Throws: `ConfigurationError` at the name at fault.
  init(_ nodes: [DocumentNode], key: String, what: String, reserved: [String]) throws {
    for node in nodes {
      guard case .scalar(let word, let quoted) = node.content, !word.isEmpty else {
        throw node.error(key, "must be the name of \(what): a word or a number")
      }
      guard !reserved.contains(word) else {
        throw node.error(key, "is a word of the format and cannot name \(what); choose another")
      }
      if let earlier = insert(Self.label(word, quoted: quoted)) {
        throw node.error(key, "names \(what) twice; number \(earlier + 1) in the list is the same")
      }
    }
  }

  /// Names that need no checks.
  init(_ labels: [Label]) {
    for label in labels { _ = insert(label) }
  }
}

extension DocumentNode {
  /// The state that this scalar names. Throws `ConfigurationError` with the nearest name.
  func state(_ key: String, among states: TableNames) throws -> Int {
    guard let word else { throw error(key, "must be the name of a state") }
    guard let state = states.index(of: word) else {
      throw error(key, "unknown state; \(states.advice(for: word))")
    }
    return state
  }

  /// Probabilities of states: a name for certainty, or a mapping from names to probabilities that
  /// sum to 1 within 1e-9; in the order of the states, without zeros.
  ///
  /// - Throws: `ConfigurationError`.
  func law(_ key: String, among states: TableNames) throws -> [(state: Int, probability: Double)] {
    guard let entries else {
      guard word != nil else {
        throw error(key, "must be a state, or a mapping such as {\(states.labels[0]): 1}")
      }
      return [(try state(key, among: states), 1)]
    }
    var law: [(state: Int, probability: Double)] = []
    var seen: Set<Int> = []
    for entry in entries {
      guard let state = states.index(of: entry.key) else {
        throw ConfigurationError(
          entry.position, key: "\(key).\(entry.key)",
          rule: "unknown state; \(states.advice(for: entry.key))")
      }
      guard seen.insert(state).inserted else {
        throw ConfigurationError(
          entry.position, key: "\(key).\(entry.key)", rule: "names a state twice; keep one")
      }
      law.append((state, try entry.value.number("\(key).\(entry.key)", in: .closed(0, 1))))
    }
    law.sort { $0.state < $1.state }
    let total = law.reduce(0) { $0 + $1.probability }
    guard abs(total - 1) <= tableTolerance else {
      throw error(key, "probabilities sum to \(TableNumber.text(total)); they must sum to 1")
    }
    return law.filter { $0.probability > 0 }
  }
}

/// How far from 1 the probabilities of a row may sum.
let tableTolerance = 1e-9

/// Divides a row's probabilities, in the order of their states, by their sum if that is further
/// than 1e-12 from 1: what is exact in the file, or written by `tableDocument`, keeps every bit.
func normalizeTableRow(_ law: inout [(state: Int, probability: Double)]) {
  guard abs(law.reduce(0) { $0 + $1.probability } - 1) > 1e-12 else { return }
  // Added smallest first, so that rows which mirror each other are divided by the same sum.
  let total = law.map(\.probability).sorted().reduce(0, +)
  for entry in law.indices { law[entry].probability /= total }
}
