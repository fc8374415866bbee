internal import Foundation

/// Picks a table's columns out of documents.
///
/// A column is a path through a document, keys and indices from 1 joined by slashes:
/// `certificate/max_regret`, `value_initial/2`. What it leads to decides what it becomes:
///
/// | leads to | columns |
/// | --- | --- |
/// | a number, word or truth value | itself |
/// | a statistic over seeds `{iqm, low, high, …}` | the middle, `…/low`, `…/high` |
/// | a share with a `…_interval` beside it | likewise |
/// | a list of such | `…/1`, `…/2`, … |
/// | any other list | its length |
/// | an object | `…/<key>` for each of its keys that is one of the first two |
struct SweepColumns: Sendable {
  /// The columns asked for, or the command's own.
  let requested: [String]
  /// Whether a column that no document has is said to be missing.
  let isExplicit: Bool
  /// Where columns are looked for.
  let roots: [String]

  init(_ configuration: SweepConfiguration) {
    requested = configuration.report ?? configuration.command.defaultReport
    isExplicit = configuration.report != nil
    roots = configuration.command.roots
  }

  /// One column of one cell.
  struct Field: Sendable, Equatable {
    var name: String
    /// nil where the document says null.
    var value: JSONValue?
    /// One per seed, for statistics.
    var perSeed: [JSONValue]?
  }

  /// What a document holds: a list of fields for each requested path; nil where it has no such path.
  func fields(of document: JSONValue) -> [[Field]?] {
    requested.map { path in
      for root in roots {
        let parts = (root + path).split(separator: "/").map(String.init)
        if let found = Self.find(parts[...], in: document) {
          return Self.fields(found.value, name: path, interval: found.interval)
        }
      }
      return nil
    }
  }

  /// The longest readings of keys come first, since names of measures may hold slashes.
  private static func find(
    _ parts: ArraySlice<String>, in value: JSONValue
  ) -> (value: JSONValue, interval: JSONValue?)? {
    guard let first = parts.first else { return (value, nil) }
    switch value {
    case .null: return (.null, nil)
    case .list(let list):
      guard let index = Int(first), list.indices.contains(index - 1) else { return nil }
      return find(parts.dropFirst(), in: list[index - 1])
    case .object:
      for length in stride(from: parts.count, through: 1, by: -1) {
        let key = parts.prefix(length).joined(separator: "/")
        guard let inner = value[key], let found = find(parts.dropFirst(length), in: inner) else {
          continue
        }
        return length == parts.count ? (found.value, value["\(key)_interval"]) : found
      }
      return nil
    default: return nil
    }
  }

  private static func fields(
    _ value: JSONValue, name: String, interval: JSONValue? = nil
  ) -> [Field]? {
    if let statistic = statistic(value, name: name) { return statistic }
    if value.scalar != nil {
      let field = Field(name: name, value: value == .null ? nil : value)
      guard let ends = interval?.elements, ends.count == 2, ends.allSatisfy({ $0.scalar != nil })
      else { return [field] }
      return [
        field, Field(name: "\(name)/low", value: ends[0]),
        Field(name: "\(name)/high", value: ends[1]),
      ]
    }
    switch value {
    case .list(let list):
      let parts = list.enumerated().map { index, element in
        simple(element, name: "\(name)/\(index + 1)")
      }
      guard parts.allSatisfy({ $0 != nil }) else {
        return [Field(name: name, value: .number("\(list.count)"))]
      }
      return parts.flatMap { $0! }
    case .object(let entries):
      let parts = entries.sorted { $0.key < $1.key }.compactMap {
        simple($0.value, name: "\(name)/\($0.key)")
      }
      return parts.isEmpty ? nil : parts.flatMap { $0 }
    default: return nil
    }
  }

  private static func simple(_ value: JSONValue, name: String) -> [Field]? {
    value.scalar == nil
      ? statistic(value, name: name) : [Field(name: name, value: value == .null ? nil : value)]
  }

  private static func statistic(_ value: JSONValue, name: String) -> [Field]? {
    guard let middle = value["iqm"], let low = value["low"], let high = value["high"] else {
      return nil
    }
    return [
      Field(name: name, value: middle, perSeed: value["per_seed"]?.elements),
      Field(name: "\(name)/low", value: low), Field(name: "\(name)/high", value: high),
    ]
  }

  /// The columns that documents have, in the order requested; and the requested paths that none has.
  ///
  /// - Parameter found: `[document][path]`.
  func names(_ found: [[[Field]?]]) -> (columns: [String], missing: [String]) {
    var columns: [String] = []
    var missing: [String] = []
    for (index, path) in requested.enumerated() {
      let fields = found.compactMap { $0[index] }
      guard !fields.isEmpty else {
        if isExplicit, !found.isEmpty { missing.append(path) }
        continue
      }
      var names: [String] = []
      for field in fields.flatMap(\.self) where !names.contains(field.name) {
        names.append(field.name)
      }
      // Where some documents say null and others hold a list, the list's columns stand for both.
      let isEmpty = fields.flatMap(\.self).allSatisfy { $0.name != path || $0.value == nil }
      if isEmpty, names.count > 1 || !isExplicit { names.removeAll { $0 == path } }
      columns += Self.inOrder(names).filter { !columns.contains($0) }
    }
    return (columns, missing)
  }

  /// `x/2` before `x/10`, and otherwise as found.
  private static func inOrder(_ names: [String]) -> [String] {
    func index(_ name: String) -> Int? {
      name.split(separator: "/").compactMap { Int($0) }.last
    }
    return names.enumerated().sorted { a, b in
      let (i, j) = (index(a.element) ?? 0, index(b.element) ?? 0)
      return i == j ? a.offset < b.offset : i < j
    }.map(\.element)
  }
}
