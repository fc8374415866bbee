/// Any JSON document as parts of a report: values as facts, lists of alike objects as tables.
enum GenericSections {
  /// Rows of one table.
  private static let mostRows = 200
  /// Numbers of a list that stand on one line.
  private static let mostInline = 6

  /// The parts of a document; `skipped` keys are said elsewhere.
  static func sections(_ document: DocumentValue, skipped: Set<String> = []) -> [ReportSection] {
    guard case .object = document else {
      return [ReportSection("document", "Document", blocks("document", document), isBrief: true)]
    }
    var facts: [ReportFact] = []
    var sections: [ReportSection] = []
    for (key, value) in document.entries where !skipped.contains(key) {
      if let line = line(value) {
        facts.append(ReportFact(words(key), line))
      } else {
        let found = blocks(key, value)
        if !found.isEmpty {
          sections.append(
            ReportSection("key-\(identifier(key))", words(key), found, isBrief: true))
        }
      }
    }
    if !facts.isEmpty {
      sections.insert(ReportSection("facts", "Summary", [.facts(facts)], isBrief: true), at: 0)
    }
    return sections
  }

  /// A value as blocks, `depth` levels below the document.
  private static func blocks(_ name: String, _ value: DocumentValue, depth: Int = 0)
    -> [ReportBlock]
  {
    if let line = line(value) { return [.facts([ReportFact(words(name), line)])] }
    switch value {
    case .list(let values):
      if let table = table(words(name), values) { return [.table(table)] }
      if let matrix = matrix(words(name), values) { return [.table(matrix)] }
      guard depth < 3 else { return [.text("\(words(name)): \(values.count) entries.")] }
      return values.prefix(20).enumerated().flatMap { index, element in
        [.heading("\(words(name)) \(index + 1)")]
          + blocks("\(name) \(index + 1)", element, depth: depth + 1)
      } + (values.count > 20 ? [.text("\(values.count - 20) more are not shown.")] : [])
    case .object:
      var facts: [ReportFact] = []
      var rest: [ReportBlock] = []
      for (key, inner) in value.entries {
        if let line = line(inner) {
          facts.append(ReportFact(words(key), line))
        } else if depth < 3 {
          if case .object = inner { rest.append(.heading(words(key))) }
          rest += blocks(key, inner, depth: depth + 1)
        } else {
          facts.append(ReportFact(words(key), "\(count(inner)) entries"))
        }
      }
      return (facts.isEmpty ? [] : [.facts(facts)]) + rest
    default: return []
    }
  }

  private static func count(_ value: DocumentValue) -> Int {
    value.list.count + value.entries.count
  }

  /// What fits a line: a scalar, few scalars, or many numbers by their ends.
  private static func line(_ value: DocumentValue) -> String? {
    if value.isScalar { return value.inline }
    let values = value.list
    guard case .list = value, values.allSatisfy(\.isScalar) else { return nil }
    if values.count <= mostInline { return value.inline }
    let numbers = value.numbers
    guard numbers.count == values.count, let low = numbers.min(), let high = numbers.max() else {
      return values.prefix(mostInline).map(\.inline).joined(separator: ", ")
        + ", … (\(values.count) in all)"
    }
    return "\(values.count) numbers from \(reportNumber(low)) to \(reportNumber(high))"
  }

  /// Objects with the same kind of keys as rows.
  private static func table(_ name: String, _ values: [DocumentValue]) -> ReportTable? {
    guard !values.isEmpty,
      values.allSatisfy({
        if case .object = $0 { true } else { false }
      })
    else { return nil }
    var keys: [String] = []
    for key in values.prefix(mostRows).flatMap({ $0.entries.map(\.key) }) where !keys.contains(key)
    {
      keys.append(key)
    }
    // Columns that hold more than a line's worth are left to --json.
    keys = keys.filter { key in values.prefix(mostRows).allSatisfy { line($0[key]) != nil } }
    guard !keys.isEmpty else { return nil }
    // Names before numbers: a row is read by its name.
    let isText = { (key: String) in values.contains { $0[key].text != nil } }
    keys = keys.filter(isText) + keys.filter { !isText($0) }
    var table = ReportTable(
      name, keys.map(words), textColumns: Set(keys.indices.filter { isText(keys[$0]) } + [0]))
    for value in values.prefix(mostRows) {
      table.add(keys.map { value[$0].isNull ? "" : line(value[$0]) ?? "" })
    }
    table.omitted = max(0, values.count - mostRows)
    return table
  }

  /// Lists of scalars of one length as rows.
  private static func matrix(_ name: String, _ values: [DocumentValue]) -> ReportTable? {
    guard let width = values.first?.list.count, (1...12).contains(width),
      values.allSatisfy({ $0.list.count == width && $0.list.allSatisfy(\.isScalar) })
    else { return nil }
    var table = ReportTable(name, [""] + (1...width).map { "\($0)" })
    for (row, value) in values.prefix(mostRows).enumerated() {
      table.add(["\(row + 1)"] + value.list.map(\.inline))
    }
    table.omitted = max(0, values.count - mostRows)
    return table
  }

  /// A key as words.
  private static func words(_ key: String) -> String { key.replacing("_", with: " ") }
}

extension ReportTable {
  /// A CSV file as a table: the first rows of it.
  ///
  /// - Throws: `FileError` if it cannot be read.
  init(csv path: String, most: Int = 60) throws {
    let lines = try readText(path).split(whereSeparator: \.isNewline)
    guard let header = lines.first else { throw FileError(path, "is empty") }
    let names = PolicyTable.splitCSV(header)
    let rows = lines.dropFirst().prefix(most).map { PolicyTable.splitCSV($0) }
    let words = names.indices.filter { column in
      rows.contains { row in
        row.indices.contains(column) && !row[column].isEmpty && Double(row[column]) == nil
      }
    }
    self.init(path, names, textColumns: Set(words + [0]))
    for row in rows {
      add(
        names.indices.map { column -> String in
          guard row.indices.contains(column) else { return "" }
          return Double(row[column]).map(reportNumber) ?? row[column]
        })
    }
    omitted = max(0, lines.count - 1 - rows.count)
  }
}
