internal import Foundation

/// A folder of `lab sweep`, or its document.
struct SweepSource: ReportSource {
  static let kind = "sweep"

  private let place: ReportPlace

  init?(_ place: ReportPlace) {
    guard place.documentKind == Self.kind || place.has("sweep.yaml") else { return nil }
    self.place = place
  }

  private var document: DocumentValue { place.document }
  private var counts: DocumentValue { document["counts"] }
  /// Cells by outcome: the summary's, or, before there is one, the documents that are there.
  private func count(_ key: String) -> Int {
    if document.isNull, place.isFolder {
      let folder = key == "done" ? "cells" : key == "failed" ? "failures" : nil
      guard let folder else { return 0 }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(place.path)/\(folder)"))
      return (names ?? []).count { $0.hasSuffix(".json") || $0.hasSuffix(".txt") }
    }
    return counts[key].whole
  }
  private var isLocked: Bool { place.isFolder && RunFolder(path: place.path).isLocked }

  private var state: Report.State {
    if isLocked { return .running }
    if place.has("summary.json"), document.isNull { return .damaged }
    if document.isNull { return .unfinished }
    if count("failed") > 0 { return .failed }
    return count("pending") > 0 ? .unfinished : .finished
  }

  func report(_ context: ReportContext) throws -> Report {
    var report = Report(
      kind: "sweep", title: "Sweep \(document["experiment"].text ?? place.name)", state: state,
      verdict: verdict, path: place.path)
    if state != .finished {
      report.sections.append(
        ReportSection("verdict", "Verdict", [.warning(verdict)], isBrief: true))
    }
    let failures = document["failures"].list
    if !failures.isEmpty {
      var table = ReportTable(
        "Cells that failed", ["cell", "what happened", "command that repeats it"],
        textColumns: [0, 1, 2])
      for failure in failures {
        table.add([
          .init(failure["cell"].inline), .init(failure["message"].inline, .bad),
          .init(failure["command"].inline),
        ])
      }
      report.sections.append(
        ReportSection("failures", "Failures", [.table(table)], isBrief: true))
    }
    if place.isFolder {
      let pictures = RunParts.pictures("\(place.path)/plots")
      if !pictures.isEmpty {
        report.sections.append(ReportSection("figures", "Figures", pictures))
      }
    }
    let cells = document["cells"].list
    if !cells.isEmpty {
      report.sections.append(
        ReportSection("cells", "Cells", [.table(table(cells))], isBrief: true))
    }
    report.sections += closing
    return report
  }

  private var verdict: String {
    switch state {
    case .damaged: return "summary.json cannot be read: it is damaged."
    case .unfinished where document.isNull:
      return "There is no summary yet: cells are still to be run."
    case .running where document.isNull: return "Cells are being run now."
    default: break
    }
    let keys = document["keys"].list.map(\.inline).joined(separator: ", ")
    var text =
      "\(count("done")) of \(count("cells")) cells done over \(keys)"
      + " (each a lab \(document["runs_command"].inline))."
    if count("failed") > 0 { text += " \(count("failed")) failed." }
    if count("pending") > 0 { text += " \(count("pending")) are still to be run." }
    return text
  }

  /// What varied, and what came out.
  private func table(_ cells: [DocumentValue]) -> ReportTable {
    let keys = document["keys"].list.map(\.inline)
    let columns = document["columns"].list.map(\.inline)
    let values = { (cell: DocumentValue, column: String) in cell["results"][column] }
    let isText = { (column: String) in cells.contains { values($0, column).text != nil } }
    let short = keys.map { $0.split(separator: ".").last.map(String.init) ?? $0 }
    let names = Set(short).count == short.count ? short : keys
    var table = ReportTable(
      "Every cell", ["cell"] + names + ["outcome"] + columns,
      textColumns: Set(
        [0, keys.count + 1]
          + columns.indices.filter { isText(columns[$0]) }.map { $0 + keys.count + 2 }))
    for cell in cells {
      guard table.rows.count < 500 else {
        table.omitted += 1
        continue
      }
      let outcome = cell["outcome"].inline
      table.add(
        [ReportTable.Cell(cell["cell"].inline)] + keys.map { .init(cell["values"][$0].inline) } + [
          .init(outcome, outcome == "done" ? .good : outcome == "failed" ? .bad : .plain)
        ] + columns.map { .init(values(cell, $0).isNull ? "" : values(cell, $0).inline) })
    }
    return table
  }

  private var closing: [ReportSection] {
    guard place.isFolder else { return [] }
    var sections: [ReportSection] = []
    for (id, title, name) in [
      ("configuration", "The sweep", "sweep.yaml"), ("base", "What all cells share", "base.yaml"),
    ] where place.has(name) {
      var section = RunParts.configuration("\(place.path)/\(name)")
      (section.id, section.title) = (id, title)
      sections.append(section)
    }
    let manifests = ((try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? [])
      .filter { $0.hasPrefix("manifest") && $0.hasSuffix(".json") }.sorted()
    var blocks: [ReportBlock] = []
    for name in manifests.prefix(20) {
      guard let manifest = try? DocumentValue(path: "\(place.path)/\(name)") else { continue }
      if manifests.count > 1 { blocks.append(.heading(name)) }
      let words = manifest["command_line"].list.compactMap(\.text).map(shellWord)
      if !words.isEmpty {
        blocks.append(.code(words.joined(separator: " "), caption: "Command line as it was"))
      }
      blocks += GenericSections.sections(
        manifest, skipped: ["schema", "command_line", "cell_seconds"]
      ).flatMap(\.blocks)
    }
    if !blocks.isEmpty { sections.append(ReportSection("provenance", "Provenance", blocks)) }
    sections.append(
      ReportSection(
        "reproduce", "How to reproduce it",
        [
          .text("The sweep does every cell again, in another folder:"),
          .code("lab sweep \(shellWord("\(place.path)/sweep.yaml")) --out again"),
        ]))
    sections.append(RunParts.files(place.path))
    return sections
  }

  var facts: RunFacts {
    var facts = RunFacts()
    facts.state = state
    if state == .damaged { facts.problem = "\(place.path)/summary.json: is damaged" }
    facts.game = document["keys"].list.map(\.inline).joined(separator: ", ")
    facts.method = document["runs_command"].text ?? ""
    (facts.done, facts.failed, facts.open) = (count("done"), count("failed"), count("pending"))
    return facts
  }
}
