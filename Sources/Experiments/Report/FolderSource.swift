internal import Foundation

/// Any other folder with results in it: facts from `summary.json`, tables from CSV files, pictures from
/// `plots/`, the configuration from `config.yaml`.
struct FolderSource: ReportSource {
  static let kind = "folder"

  let place: ReportPlace

  init?(_ place: ReportPlace) {
    guard place.isFolder,
      place.has("summary.json") || place.has("plots") || !Self.tables(place.path).isEmpty
        || place.has("config.yaml")
    else { return nil }
    self.place = place
  }

  func report(_ context: ReportContext) throws -> Report {
    let document = place.document
    let isDamaged = place.damage != nil
    var report = Report(
      kind: place.documentKind ?? "folder",
      title: document["title"].text ?? document["experiment"].text.map { "\($0): \(place.name)" }
        ?? place.name,
      state: isDamaged ? .damaged : document.isNull ? .unfinished : .finished,
      verdict: place.damage ?? document["verdict"].text ?? Self.verdict(document),
      path: place.path)
    if report.state != .finished {
      report.sections.append(
        ReportSection("verdict", "Verdict", [.warning(report.verdict)], isBrief: true))
    }
    let pictures = RunParts.pictures("\(place.path)/plots") + RunParts.pictures(place.path)
    if !pictures.isEmpty {
      report.sections.append(ReportSection("figures", "Figures", pictures, isBrief: true))
    }
    report.sections += GenericSections.sections(
      document, skipped: ["schema", "command", "verdict", "title"])
    report.sections += tables
    if place.has("config.yaml") {
      report.sections.append(RunParts.configuration("\(place.path)/config.yaml"))
    }
    if place.has("manifest.json"),
      let manifest = try? DocumentValue(path: "\(place.path)/manifest.json")
    {
      report.sections.append(
        ReportSection(
          "provenance", "Provenance",
          GenericSections.sections(manifest).flatMap(\.blocks)))
    }
    report.sections.append(RunParts.files(place.path))
    return report
  }

  private static func verdict(_ document: DocumentValue) -> String {
    if document.isNull { return "There is no summary.json: the work has not finished." }
    if let status = document["status"].text { return sentence(status) }
    return "What the folder holds, as its files say."
  }

  private var tables: [ReportSection] {
    Self.tables(place.path).map { name in
      let path = "\(place.path)/\(name)"
      let block: ReportBlock
      do {
        block = .table(try ReportTable(csv: path))
      } catch {
        block = .warning("\(error)")
      }
      return ReportSection("table-\(identifier(name))", name, [block])
    }
  }

  /// The CSV files of a folder, by name.
  private static func tables(_ folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
      $0.hasSuffix(".csv")
    }.sorted()
  }
}
