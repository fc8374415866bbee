internal import Foundation

extension SweepConfiguration {
  /// One line on what will be run: `24 cells: mu (4) × omega (6), solve`.
  public var summary: String {
    let names = SweepTable.shortNames(keys.map(\.path), separator: ".")
    var column = 0
    let parts = factors.map { factor -> String in
      let own = names[column..<column + factor.keys.count].joined(separator: "+")
      column += factor.keys.count
      return factor.levelCount.map { "\(own) (\($0))" } ?? own
    }
    var line = "\(counted(cells.count, "cell")): \(command.name) over "
    switch design {
    case .grid: line += parts.joined(separator: " × ")
    case .random: line += "random draws of \(parts.joined(separator: ", "))"
    case .sobol: line += "a Sobol sequence in \(parts.joined(separator: ", "))"
    }
    if repeated > 0 {
      line +=
        "; \(counted(repeated, "drawn cell")) repeated another and "
        + (repeated == 1 ? "is left out" : "are left out")
    }
    return line
  }
}

extension Sweep {
  /// What the program was started as.
  static var program: String {
    ProcessInfo.processInfo.environment["EQUILIBRIUM_LAB_NAME"] ?? "lab"
  }

  /// Rows of the table that are printed.
  private static let shownRows = 60

  /// The table, and what became of the cells.
  public var text: String {
    guard isCollected else { return countsLine }
    var lines = [table.text(rows: Self.shownRows)]
    if table.rows.count > Self.shownRows {
      lines.append("(\(table.rows.count - Self.shownRows) more rows in sweep.csv)")
    }
    return (lines + ["", countsLine]).joined(separator: "\n")
  }

  /// `24 cells: 20 done (4 of them before), 1 failed, 3 pending`.
  private var countsLine: String {
    var parts: [String] = []
    let done = table.count(.done)
    parts.append("\(done) done" + (reused > 0 ? " (\(reused) of them before)" : ""))
    for outcome in [SweepOutcome.failed, .pending] where table.count(outcome) > 0 {
      parts.append("\(table.count(outcome)) \(outcome.rawValue)")
    }
    let shard = shard.map { "shard \($0.index)/\($0.count) ran \(ran) of " } ?? ""
    return "\(shard)\(counted(table.rows.count, "cell")): \(parts.joined(separator: ", ")) after "
      + duration(seconds)
  }

  /// Where things are, and what to do next.
  public var advice: [String] {
    var lines = ["sweep: \(folder)"]
    if isCollected {
      lines[0] += " (sweep.csv, cells.csv, summary.json)"
      lines.append("plots: \(plots.text)")
    } else {
      lines.append(
        "next:  the shard that ends last makes the table; "
          + "\(shellWord(Self.program)) sweep … --collect makes it at any time")
    }
    return lines
  }

  /// What went wrong, for standard error: columns that are nowhere, cells that failed, interruption.
  public var complaints: [String] {
    var lines = table.missing.map {
      "note: no cell's document has the column \($0); a document of a cell in \(folder)/cells shows "
        + "what there is"
    }
    if !failures.isEmpty {
      lines.append("\(counted(failures.count, "cell")) failed; each can be repeated alone:")
      for failure in failures {
        let message = failure.message.replacing("\n", with: "\n    ")
        lines.append("  cell \(failure.cell): \(message)\n    \(failure.command)")
      }
    }
    if isInterrupted {
      lines.append(
        "interrupted; what is done is in \(folder), and the same command goes on with the "
          + counted(unfinished, "cell") + " left")
    } else if unfinished > 0 {
      lines.append(
        "stopped at a failure (--fail-fast); the same command goes on with the "
          + counted(unfinished, "cell") + " left")
    }
    return lines
  }
}

/// What `lab sweep --dry-run` prints: the design, checked, and what is done of it.
public struct SweepPlan: Encodable, Sendable {
  struct Cell: Encodable, Sendable {
    var cell: Int
    var values: [String: DocumentValue]
    var fingerprint: String
    var game: String
    var outcome: SweepOutcome
  }

  var schema = "equilibrium-lab/sweep-plan/1"
  var command = "sweep"
  var experiment: String
  var runs_command: String
  var folder: String
  var keys: [String]
  var cells: [Cell]
  private let table: String

  enum CodingKeys: String, CodingKey {
    case schema, command, experiment, runs_command, folder, keys, cells
  }

  /// Looks at what is there; writes nothing.
  public init(_ configuration: SweepConfiguration, options: SweepOptions) {
    let folder = SweepFolder(root: options.root, configuration: configuration)
    let (done, failed) = (folder.done, folder.failed)
    let own = configuration.cells.filter { options.shard?.holds($0) ?? true }
    let rows = own.map { cell in
      SweepRow(
        cell,
        outcome: done.contains(cell.number)
          ? .done : failed.contains(cell.number) ? .failed : .pending)
    }
    experiment = configuration.experiment
    runs_command = configuration.command.name
    self.folder = folder.path
    keys = configuration.keys.map(\.path)
    cells = rows.map { row in
      Cell(
        cell: row.cell.number,
        values: row.cell.valuesByKey(configuration.keys.map(\.path)),
        fingerprint: row.cell.identity.hash, game: row.cell.identity.title, outcome: row.outcome)
    }
    table =
      SweepTable(
        keys: keys, designRows: rows
      ).designText(rows: rows.count) + "\n\n" + configuration.summary
  }

  /// The design as a table.
  public var text: String { "\(table)\nsweep: \(folder)" }
}

extension SweepTable {
  /// A table of cells without results.
  init(keys: [String], designRows: [SweepRow]) {
    self.keys = keys
    (columns, missing, rows) = ([], [], designRows)
  }
}
