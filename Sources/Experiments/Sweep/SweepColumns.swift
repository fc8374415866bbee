internal import Configuration
internal import Foundation

/// Picks a table's columns out of documents.
///
/// A column is a path through a document joined by slashes: keys of objects, and of lists an index from 1
/// or the `name` of an element, or what several names begin with: `certificate/max_regret`,
/// `value_initial/2`. What it leads to decides what it becomes:
///
/// | leads to | columns |
/// | --- | --- |
/// | a number, word or truth value | itself |
/// | a statistic `{iqm, low, high, …}` or `{mean, low, high, …}` | the middle, `…/low`, `…/high` |
/// | a share with a `…_interval` beside it | likewise |
/// | a list of such | `…/1`, `…/2`, … |
/// | any other list | its length |
/// | an object | `…/<key>` for each of its keys that is one of the first two |
struct SweepColumns: Sendable {
  /// The columns asked for, or the command's own.
  let requested: [String]
  /// Whether a column that no document has is said to be missing.
  let isExplicit: Bool
  /// Where each is looked for, in turn.
  private let places: [[String]]

  init(requested: [String], isExplicit: Bool, places: (String) -> [String] = { [$0] }) {
    (self.requested, self.isExplicit) = (requested, isExplicit)
    self.places = requested.map(places)
  }

  init(_ configuration: SweepConfiguration) {
    self.init(
      requested: configuration.report ?? configuration.command.defaultReport,
      isExplicit: configuration.report != nil, places: configuration.command.places)
  }

  /// One column of one cell.
  struct Field: Sendable, Equatable {
    var name: String
    var value: DocumentValue
    /// One per seed, for statistics.
    var perSeed: [DocumentValue]?
  }

  /// What a document holds: a list of fields for each requested path; nil where it has no such path.
  func fields(of document: DocumentValue) -> [[Field]?] {
    zip(requested, places).map { path, places in
      for place in places {
        let parts = place.split(separator: "/").map(String.init)
        if let found = Self.find(parts[...], in: document) {
          return Self.fields(found.value, name: path, interval: found.interval)
        }
      }
      return nil
    }
  }

  /// The longest readings of keys come first, since names of measures may hold slashes.
  private static func find(
    _ parts: ArraySlice<String>, in value: DocumentValue
  ) -> (value: DocumentValue, interval: DocumentValue?)? {
    guard let first = parts.first else { return (value, nil) }
    switch value {
    case .null: return (.null, nil)
    case .list(let list):
      for length in stride(from: parts.count, through: 1, by: -1) {
        let name = parts.prefix(length).joined(separator: "/")
        if let named = list.first(where: { $0["name"] == .text(name) }),
          let found = find(parts.dropFirst(length), in: named)
        {
          return found
        }
      }
      if let family = family(parts.joined(separator: "/"), in: list) { return (family, nil) }
      guard let index = Int(first), index >= 1, index <= list.count else { return nil }
      return find(parts.dropFirst(), in: list[index - 1])
    case .object(let entries):
      for length in stride(from: parts.count, through: 1, by: -1) {
        let key = parts.prefix(length).joined(separator: "/")
        guard let inner = entries[key], let found = find(parts.dropFirst(length), in: inner) else {
          continue
        }
        return length == parts.count ? (found.value, entries["\(key)_interval"]) : found
      }
      return nil
    default: return nil
    }
  }

  /// The elements called `name/…`, by what follows; nil if there are none.
  private static func family(_ name: String, in list: [DocumentValue]) -> DocumentValue? {
    var members: [String: DocumentValue] = [:]
    for element in list {
      if let word = element["name"].text, word.hasPrefix("\(name)/") {
        members[String(word.dropFirst(name.count + 1))] = element
      }
    }
    return members.isEmpty ? nil : .object(members)
  }

  private static func fields(
    _ value: DocumentValue, name: String, interval: DocumentValue? = nil
  ) -> [Field]? {
    switch value {
    case .list(let list):
      let parts = list.enumerated().map { simple($1, name: "\(name)/\($0 + 1)") }
      guard parts.allSatisfy({ $0 != nil }) else {
        return [Field(name: name, value: .number(Double(list.count)))]
      }
      return parts.flatMap { $0! }
    case .object:
      if let statistic = statistic(value, name: name) { return statistic }
      let parts = value.entries.compactMap { simple($0.value, name: "\(name)/\($0.key)") }
      return parts.isEmpty ? nil : parts.flatMap(\.self)
    default:
      let field = Field(name: name, value: value)
      guard let ends = interval?.list, ends.count == 2, ends.allSatisfy(\.isScalar) else {
        return [field]
      }
      return [
        field, Field(name: "\(name)/low", value: ends[0]),
        Field(name: "\(name)/high", value: ends[1]),
      ]
    }
  }

  private static func simple(_ value: DocumentValue, name: String) -> [Field]? {
    value.isScalar ? [Field(name: name, value: value)] : statistic(value, name: name)
  }

  private static func statistic(_ value: DocumentValue, name: String) -> [Field]? {
    guard case .object(let entries) = value, let middle = entries["iqm"] ?? entries["mean"],
      let low = entries["low"], let high = entries["high"]
    else { return nil }
    return [
      Field(name: name, value: middle, perSeed: entries["per_seed"]?.list),
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
      let isEmpty = fields.flatMap(\.self).allSatisfy { $0.name != path || $0.value.isNull }
      if isEmpty, names.count > 1 || !isExplicit { names.removeAll { $0 == path } }
      columns += Self.inOrder(names).filter { !columns.contains($0) }
    }
    return (columns, missing)
  }

  /// `x/2` before `x/10`, and otherwise as found.
  private static func inOrder(_ names: [String]) -> [String] {
    func index(_ name: String) -> Int {
      name.split(separator: "/").compactMap { Int($0) }.last ?? 0
    }
    return names.enumerated().sorted { a, b in
      let (i, j) = (index(a.element), index(b.element))
      return i == j ? a.offset < b.offset : i < j
    }.map(\.element)
  }
}

extension DocumentValue {
  /// A varied value: numbers and truth values as such, other words as text, the rest as YAML on one
  /// line.
  init(_ node: DocumentNode) {
    guard case .scalar(let word, let quoted) = node.content else {
      self = .text(node.flow)
      return
    }
    let digits = word.replacing("_", with: "")
    if quoted {
      self = .text(word)
    } else if word == "true" || word == "false" {
      self = .boolean(word == "true")
    } else if let number = Double(digits), number.isFinite {
      self =
        abs(number) >= 0x1p53
        ? Int(digits).map { .integer($0) } ?? .number(number)
        : .number(number)
    } else {
      self = .text(word)
    }
  }

  /// As a field of a CSV file: numbers with the fewest digits that read back exactly, whole ones
  /// without a point; nothing for null.
  var field: String {
    switch self {
    case .null, .list, .object: ""
    case .boolean(let value): value ? "true" : "false"
    case .number(let value):
      value == value.rounded() && abs(value) < 0x1p53 ? "\(Int(value))" : "\(value)"
    case .integer(let value): "\(value)"
    case .text(let value): value
    }
  }
}
