internal import Configuration
internal import Foundation

/// How far a cell is.
public enum SweepOutcome: String, Encodable, Sendable {
  /// Its document is there.
  case done
  /// It ended in an error, and will be tried again.
  case failed
  /// It has not been run to its end.
  case pending
}

/// What is known of a cell.
struct SweepRow: Sendable {
  let cell: SweepCell
  let outcome: SweepOutcome
  /// Wall-clock time: of its document, and no less than its slowest seed took, for a cell whose run
  /// was there before costs its own process nothing.
  let seconds: Double?
  /// Per requested path.
  let fields: [[SweepColumns.Field]?]
  /// The seeds of statistics.
  let seeds: [DocumentValue]

  init(_ cell: SweepCell, outcome: SweepOutcome) {
    self.cell = cell
    self.outcome = outcome
    (seconds, fields, seeds) = (nil, [], [])
  }

  /// Reads a cell's document.
  ///
  /// - Parameter seedSeconds: what each of its seeds took, where a run keeps that.
  init(
    _ cell: SweepCell, document: DocumentValue, columns: SweepColumns, seedSeconds: [Double] = []
  ) {
    self.cell = cell
    outcome = .done
    seconds = ([document["seconds"].number].compactMap(\.self) + seedSeconds).max()
    fields = columns.fields(of: document)
    seeds = document["seeds"].list
  }

  /// The field of a column; nil where the document has none.
  func field(_ name: String) -> SweepColumns.Field? {
    for fields in fields {
      if let field = fields?.first(where: { $0.name == name }) { return field }
    }
    return nil
  }

  /// A column's number; nil for words and gaps.
  func number(_ name: String) -> Double? { field(name)?.value.number }
}

/// The table of a sweep: a row a cell, in order.
struct SweepTable: Sendable {
  /// The varied key paths.
  let keys: [String]
  /// The columns that documents have.
  let columns: [String]
  /// Columns asked for that no document has.
  let missing: [String]
  let rows: [SweepRow]

  init(keys: [String], rows: [SweepRow], columns: SweepColumns) {
    self.keys = keys
    self.rows = rows
    (self.columns, missing) = columns.names(rows.filter { $0.outcome == .done }.map(\.fields))
  }

  /// Reads what a folder holds of a sweep.
  ///
  /// - Throws: `FileError` if a document is damaged.
  init(_ configuration: SweepConfiguration, folder: SweepFolder, threads: Int) throws {
    let columns = SweepColumns(configuration)
    let (done, failed) = (folder.done, folder.failed)
    // Above the experiment's folder.
    let root = URL(fileURLWithPath: folder.path).deletingLastPathComponent()
      .deletingLastPathComponent().relativePath
    let rows = try concurrentMap(configuration.cells, threads: threads) { cell in
      guard done.contains(cell.number) else {
        return SweepRow(cell, outcome: failed.contains(cell.number) ? .failed : .pending)
      }
      let path = folder.documentPath(cell.number)
      guard let document = try DocumentValue(json: readData(path)) else {
        throw FileError(path, "is damaged; remove it, and the same command runs its cell again")
      }
      let run = cell.identity.folder.map { RunFolder(path: "\(root)/\($0)") }
      let seedSeconds = document["seeds"].list.compactMap { seed -> Double? in
        guard let run, let number = UInt64(seed.field),
          let manifest = try? DocumentValue(path: run.seedFolder(number).manifestPath)
        else { return nil }
        return manifest["seconds"].number
      }
      return SweepRow(cell, document: document, columns: columns, seedSeconds: seedSeconds)
    }
    self.init(keys: configuration.keys.map(\.path), rows: rows, columns: columns)
  }

  /// How many cells have an outcome.
  func count(_ outcome: SweepOutcome) -> Int { rows.count { $0.outcome == outcome } }

  /// One line a cell: its number, the varied values, its outcome, then every column. The same bytes
  /// however the sweep was run: no clock reading is among them.
  var csv: String {
    var lines = [Self.line(["cell"] + keys + ["outcome"] + columns)]
    for row in rows {
      lines.append(
        Self.line(
          ["\(row.cell.number)"] + Self.values(row.cell) + [row.outcome.rawValue]
            + columns.map { row.field($0)?.value.field ?? "" }))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One line a cell and seed: statistics' values before they are summed up; nil if there are none.
  var seedsCSV: String? {
    let names = columns.filter { name in rows.contains { $0.field(name)?.perSeed != nil } }
    guard !names.isEmpty else { return nil }
    var lines = [Self.line(["cell"] + keys + ["seed"] + names)]
    for row in rows {
      for (index, seed) in row.seeds.enumerated() {
        lines.append(
          Self.line(
            ["\(row.cell.number)"] + Self.values(row.cell) + [seed.field]
              + names.map { name in
                guard let values = row.field(name)?.perSeed, index < values.count else { return "" }
                return values[index].field
              }))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Where every cell is and how long it took.
  func cellsCSV(_ folder: SweepFolder, root: String) -> String {
    var lines = [Self.line(["cell"] + keys + ["fingerprint", "folder", "status", "seconds"])]
    for row in rows {
      let identity = row.cell.identity
      lines.append(
        Self.line(
          ["\(row.cell.number)"] + Self.values(row.cell) + [
            identity.hash,
            identity.folder.map { "\(root)/\($0)" } ?? folder.documentPath(row.cell.number),
            row.outcome.rawValue, row.seconds.map { "\($0)" } ?? "",
          ]))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func line(_ fields: [String]) -> String {
    fields.map(PolicyTable.quoted).joined(separator: ",")
  }

  /// The varied values as they were written.
  static func values(_ cell: SweepCell) -> [String] { cell.values.map(shown) }

  /// A value as a table shows it: a word, or YAML on one line.
  static func shown(_ node: DocumentNode) -> String {
    if case .scalar(let word, _) = node.content { word } else { node.flow }
  }
}

extension SweepTable {
  /// Last words that say nothing alone.
  private static let vague: Set<String> = [
    "kind", "from", "to", "value", "exponent", "steps", "rate", "file", "seed", "policy", "m",
  ]

  /// Names that tell paths apart, as short as they can be: `mu` for `game.parameters.mu`,
  /// `epsilon.from` for `learner.exploration.epsilon.from`.
  static func shortNames(_ paths: [String], separator: Character) -> [String] {
    let parts = paths.map { $0.split(separator: separator).map(String.init) }
    return parts.indices.map { index in
      let own = parts[index]
      let last = own.last ?? ""
      var length = min(own.count, Int(last) != nil || vague.contains(last) ? 2 : 1)
      while length < own.count,
        parts.indices.contains(where: {
          $0 != index && parts[$0].suffix(length) == own.suffix(length)
        })
      {
        length += 1
      }
      return own.suffix(length).joined(separator: String(separator))
    }
  }

  /// The columns that a person is shown: the ends of an interval stand beside its middle.
  private var shownColumns: [String] {
    columns.filter { name in
      !["/low", "/high"].contains {
        name.hasSuffix($0) && columns.contains(String(name.dropLast($0.count)))
      }
    }
  }

  /// The header of the table a person reads.
  var header: [String] {
    ["cell"] + Self.shortNames(keys, separator: ".")
      + Self.shortNames(shownColumns, separator: "/")
  }

  /// One line of it.
  func cells(of row: SweepRow) -> [String] {
    let results = shownColumns.enumerated().map { index, name -> String in
      guard row.outcome == .done else { return index == 0 ? row.outcome.rawValue : "" }
      let middle = Self.shownValue(row.field(name)?.value)
      guard let low = row.field("\(name)/low")?.value, let high = row.field("\(name)/high")?.value,
        low != high
      else { return middle }
      return "\(middle) [\(Self.shownValue(low)), \(Self.shownValue(high))]"
    }
    return ["\(row.cell.number)"] + Self.shortValues(row.cell) + results
  }

  /// Numbers as tables show them; whole ones as they are.
  private static func shownValue(_ value: DocumentValue?) -> String {
    guard case .number(let number) = value, number != number.rounded() || abs(number) >= 0x1p53
    else { return value?.field ?? "" }
    return ReproductionRow.digits(number)
  }

  /// The varied values, drawn numbers with six digits.
  private static func shortValues(_ cell: SweepCell) -> [String] {
    values(cell).map { word in
      word.count <= 8 ? word : Double(word).map(ReproductionRow.digits) ?? word
    }
  }

  /// The table a person reads, at most so many rows of it.
  func text(rows limit: Int) -> String {
    guard !columns.isEmpty || rows.contains(where: { $0.outcome == .done }) else {
      return designText(rows: limit)
    }
    var table = TextTable(header)
    for row in rows.prefix(limit) { table.add(cells(of: row)) }
    return table.text
  }

  /// The design without results: values, fingerprint and outcome of every cell.
  func designText(rows limit: Int) -> String {
    var table = TextTable(
      ["cell"] + Self.shortNames(keys, separator: ".") + ["fingerprint", "status"])
    for row in rows.prefix(limit) {
      table.add(
        ["\(row.cell.number)"] + Self.shortValues(row.cell)
          + [row.cell.identity.hash, row.outcome.rawValue])
    }
    return table.text
  }
}
