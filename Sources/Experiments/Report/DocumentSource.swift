/// A document saved from `--json`: of `lab solve`, `train`, `compare`, or any other command.
struct DocumentSource: ReportSource {
  static let kind = "document"

  private let place: ReportPlace

  init?(_ place: ReportPlace) {
    guard !place.isFolder, !place.document.isNull else { return nil }
    self.place = place
  }

  func report(_ context: ReportContext) throws -> Report {
    let document = place.document
    let name = place.documentKind ?? ""
    switch name {
    case "solve": return SolveSections(document: document).report(place.path)
    case "solve-mean-field": return SolveSections.meanField(document, path: place.path)
    case "train", "compare":
      return document["runs"].list.isEmpty ? training(document) : comparison(document)
    case "train-mean-field", "compare-mean-field": return meanField(document)
    default:
      return Report(
        kind: name.isEmpty ? "document" : "document of lab \(name)",
        title: document["experiment"].text ?? document["game"].text ?? place.name,
        state: .finished, verdict: "What the document says.", path: place.path,
        sections: GenericSections.sections(document, skipped: ["schema", "command"]))
    }
  }

  private func training(_ document: DocumentValue) -> Report {
    let sections = TrainingSections(document: document)
    var report = Report(
      kind: "document of lab \(document["command"].inline)",
      title:
        "\(document["run"].inline): \(document["learners"].list.map(\.inline).joined(separator: ", "))",
      state: document["unfinished"].list.isEmpty ? .finished : .unfinished,
      verdict: sections.verdict, path: place.path)
    report.sections = [
      ReportSection(
        "verdict", "Verdict",
        [.table(sections.table), .text(sections.legend)] + sections.departure,
        isBrief: true),
      ReportSection("seeds", "Seeds", [.table(sections.seedTable())]),
      ReportSection("certificates", "Exact solution and certificates", sections.exact),
    ]
    let policy = document["policy"].text ?? "last"
    var equilibria = document["equilibria"].list.flatMap(ComparisonSections.equilibria)
    equilibria += ComparisonSections.selection(
      document["matching"][policy], of: "\(policy) policies")
    if !document["equilibria"].list.isEmpty {
      report.sections.append(ReportSection("equilibria", "Equilibria selected", equilibria))
    }
    return report
  }

  private func comparison(_ document: DocumentValue) -> Report {
    var report = Report(
      kind: "document of lab compare", title: "\(document["runs"].list.count) runs compared",
      state: .finished, verdict: ComparisonReport.verdict(document), path: place.path,
      sections: ComparisonReport.sections(document))
    for (index, run) in document["runs"].list.enumerated() {
      let sections = TrainingSections(document: run)
      report.sections.append(
        ReportSection(
          "run-\(index + 1)", run["name"].inline,
          [.text(sections.verdict), .table(sections.table)], isBrief: true))
    }
    return report
  }

  private func meanField(_ document: DocumentValue) -> Report {
    let sections = MeanFieldSections(document: document)
    var report = Report(
      kind: "document of lab \(document["command"].inline)",
      title: "\(document["run"].inline): \(document["learner"].inline)",
      state: document["unfinished"].list.isEmpty ? .finished : .unfinished,
      verdict: sections.verdict, path: place.path)
    report.sections = [
      ReportSection(
        "verdict", "Verdict",
        [
          .table(sections.table), .table(sections.seedTable(most: 200)),
          .text(MeanFieldSections.legend),
        ], isBrief: true),
      ReportSection("certificates", "Exact equilibria and certificates", sections.exact),
    ]
    // Its markets of N agents, if it has any.
    for policy in document["policies"].list {
      let found = GenericSections.sections(policy["market"])
      guard !found.isEmpty else { continue }
      report.sections.append(
        ReportSection(
          "market-\(identifier(policy["policy"].inline))",
          "Among N agents: \(policy["policy"].inline)", found.flatMap(\.blocks)))
    }
    return report
  }
}
