/// What `lab reproduce` leaves behind, or its document.
struct ReproductionSource: ReportSource {
  static let kind = "reproduction"

  private let place: ReportPlace
  private let document: DocumentValue

  init?(_ place: ReportPlace) {
    document =
      place.isFolder
      ? (try? DocumentValue(path: "\(place.path)/results.json")) ?? .null : place.document
    guard let row = document["rows"].list.first, document["name"].text != nil,
      row["item"].text != nil, row["verdict"].text != nil
    else { return nil }
    self.place = place
  }

  func report(_ context: ReportContext) throws -> Report {
    let rows = document["rows"].list
    let verdicts = [
      ReproductionVerdict.reproduced, .misprint, .notReproducible,
    ].map { verdict in (verdict, rows.count { $0["verdict"].text == verdict.rawValue }) }
    let tally = verdicts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0.rawValue)" }
    var table = ReportTable(
      "The paper's items, recomputed",
      ["item", "source", "paper", "ours", "difference", "verdict", "note"],
      textColumns: [0, 1, 2, 3, 5, 6])
    for row in rows {
      let verdict = row["verdict"].inline
      table.add([
        .init(row["item"].inline), .init(row["source"].inline), .init(row["paper"].inline),
        .init(row["ours"].inline),
        .init(row["difference"].number.map { $0 == 0 ? "0" : brief($0) } ?? ""),
        .init(
          verdict,
          verdict == ReproductionVerdict.reproduced.rawValue
            ? .good : verdict == ReproductionVerdict.notReproducible.rawValue ? .bad : .plain),
        .init(row["note"].inline),
      ])
    }
    var report = Report(
      kind: "reproduction", title: "Reproduction of \(document["name"].inline)", state: .finished,
      verdict: "\(rows.count) items: \(tally.joined(separator: ", ")).", path: place.path,
      sections: [ReportSection("items", "Items", [.table(table)], isBrief: true)])
    if place.isFolder {
      let pictures = RunParts.pictures(place.path)
      if !pictures.isEmpty {
        report.sections.append(ReportSection("figures", "Figures", pictures))
      }
    }
    report.sections.append(
      ReportSection(
        "reproduce", "How to reproduce it",
        [.code("lab reproduce \(shellWord(document["name"].inline))")]))
    if place.isFolder { report.sections.append(RunParts.files(place.path)) }
    return report
  }
}
