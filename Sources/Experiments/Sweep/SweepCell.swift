internal import Configuration
internal import Foundation

/// One combination of the varied values: an ordinary configuration.
struct SweepCell: Sendable {
  /// Counted from 1.
  let number: Int
  /// One per varied key.
  let values: [DocumentNode]
  /// What it is.
  let identity: SweepCellIdentity

  /// The values by their key paths.
  func valuesByKey(_ keys: [String]) -> [String: DocumentValue] {
    Dictionary(uniqueKeysWithValues: zip(keys, values).map { ($0, DocumentValue($1)) })
  }

  /// The configuration of a cell.
  ///
  /// - Throws: `ConfigurationError` if a key path runs through a value.
  static func document(
    _ base: DocumentNode, keys: [SweepFactor.Key], values: [DocumentNode]
  ) throws -> DocumentNode {
    var document = base
    for (key, value) in zip(keys, values) {
      try document.set(value, at: key.parts, position: key.position)
    }
    return document
  }

  /// Reads every cell's configuration, on several threads.
  ///
  /// In a grid two cells of one configuration are refused; a drawn design may repeat itself, and then
  /// the later ones are left out and counted.
  /// - Throws: `ConfigurationError` naming all cells that cannot be run.
  static func check(
    _ points: [[DocumentNode]], keys: [SweepFactor.Key], base: DocumentNode, source: String,
    command: any SweepCommand, design: SweepDesign, threads: Int, start: Position
  ) throws -> (cells: [SweepCell], repeated: Int) {
    let results = try concurrentMap(points, threads: threads) { values in
      Result<SweepCellIdentity, any Error> {
        try command.check(document(base, keys: keys, values: values), source: source)
      }
    }
    var identities: [SweepCellIdentity] = []
    var problems = Problems(count: points.count)
    for (index, result) in results.enumerated() {
      switch result {
      case .success(let identity): identities.append(identity)
      case .failure(let error): problems.add(error, cell: index + 1)
      }
    }
    if let error = problems.error(start) { throw error }

    var cells: [SweepCell] = []
    var seen: [String: Int] = [:]
    for (values, identity) in zip(points, identities) {
      let number = cells.count + 1
      if let twin = seen[identity.key] {
        guard !design.isDrawn else { continue }
        let words = zip(keys, values).map { "\($0.path) = \($1.text)" }
        let others = zip(keys, cells[twin - 1].values).map { "\($0.path) = \($1.text)" }
        throw ConfigurationError(
          values[0].position, key: "",
          rule:
            "cell \(number) (\(words.joined(separator: ", "))) is the same configuration as cell "
            + "\(twin) (\(others.joined(separator: ", "))); leave one out")
      }
      seen[identity.key] = number
      cells.append(SweepCell(number: number, values: values, identity: identity))
    }
    return (cells, points.count - cells.count)
  }
}

/// What is wrong with cells: equal complaints are made once.
private struct Problems {
  /// All cells of the design.
  let count: Int
  private var texts: [String] = []
  /// Where each text stands among them.
  private var places: [String: Int] = [:]
  private var first: [ConfigurationError?] = []
  private var cells: [[Int]] = []
  /// So many are shown.
  private static let shown = 10

  init(count: Int) { self.count = count }

  mutating func add(_ error: any Error, cell: Int) {
    let text = "\(error)"
    if let index = places[text] {
      cells[index].append(cell)
    } else {
      places[text] = texts.count
      texts.append(text)
      first.append(error as? ConfigurationError)
      cells.append([cell])
    }
  }

  /// All complaints as one error; nil if there are none.
  func error(_ start: Position) -> ConfigurationError? {
    guard !texts.isEmpty else { return nil }
    var lines = texts.indices.prefix(Self.shown).map { "\(texts[$0]) (\(words(cells[$0])))" }
    if texts.count > Self.shown { lines.append("and \(texts.count - Self.shown) more") }
    guard texts.count > 1, let leading = first[0] else {
      guard let only = first[0] else {
        return ConfigurationError(start, key: "", rule: lines.joined(separator: "\n       "))
      }
      return ConfigurationError(
        only.position, key: only.key, value: only.value,
        rule: "\(only.rule) (\(words(cells[0])))")
    }
    return ConfigurationError(
      leading.position, key: leading.key, value: leading.value,
      rule: (["\(leading.rule) (\(words(cells[0])))"] + lines.dropFirst()).joined(
        separator: "\n       "))
  }

  /// `cell 3 of 12`, `cells 1, 4, 7 of 12`, `every cell`.
  private func words(_ cells: [Int]) -> String {
    if cells.count == count { return count == 1 ? "the only cell" : "every cell" }
    if cells.count == 1 { return "cell \(cells[0]) of \(count)" }
    let shown = cells.prefix(8).map(String.init).joined(separator: ", ")
    return "cells \(shown)\(cells.count > 8 ? ", …" : "") of \(count)"
  }
}
