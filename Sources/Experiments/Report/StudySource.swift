internal import Foundation

/// A folder of `lab study`, or its document.
struct StudySource: ReportSource {
  static let kind = "study"

  let place: ReportPlace

  init?(_ place: ReportPlace) {
    guard place.schema.hasPrefix("equilibrium-lab/study/") else { return nil }
    self.place = place
  }

  func report(_ context: ReportContext) throws -> Report {
    let document = place.document
    let games = document["games"].list
    let failures = document["failures"].list
    var report = Report(
      kind: "study", title: "Study \(document["experiment"].inline)",
      state: failures.isEmpty ? (games.isEmpty ? .empty : .finished) : .failed,
      verdict: Self.verdict(games, failures), path: place.path)
    if !failures.isEmpty {
      var table = ReportTable(
        "Pairs in which training failed", ["game", "learner", "what happened"],
        textColumns: [0, 1, 2])
      for failure in failures {
        table.add([
          .init(failure["game"].inline), .init(failure["learner"].inline),
          .init(failure["message"].inline, .bad),
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
    for game in games {
      report.sections += Self.sections(game, policy: document["policy"].text ?? "last")
    }
    report.sections += closing(games)
    report.next =
      games.first.map { game in
        game["learners"].list.prefix(2).map { "lab report \(shellWord($0["run"].inline))" }
      } ?? []
    return report
  }

  private static func verdict(_ games: [DocumentValue], _ failures: [DocumentValue]) -> String {
    guard !games.isEmpty else { return "Nothing has been trained yet." }
    var parts: [String] = []
    for game in games {
      let learners = game["learners"].list.map { learner -> String in
        let outcomes = learner.at("matching.outcomes").list
        let top = outcomes.max { ($0["share"].number ?? 0) < ($1["share"].number ?? 0) }
        let none = learner.at("matching.selection.none.share").number ?? 0
        guard let top, let share = top["share"].number, share > 0, share >= none else {
          return "\(learner["name"].inline) none (\(percentText(none)))"
        }
        return "\(learner["name"].inline) \(top["label"].inline) (\(percentText(share)))"
      }
      parts.append(
        "\(game["name"].inline): most often selected by \(learners.joined(separator: ", ")).")
    }
    if !failures.isEmpty { parts.append("Training failed in \(failures.count) pairs.") }
    return parts.joined(separator: " ")
  }

  private static func sections(_ game: DocumentValue, policy: String) -> [ReportSection] {
    let id = identifier(game["name"].inline)
    let learners = game["learners"].list
    var labels: [String] = []
    for outcome in learners.flatMap({ $0.at("matching.outcomes").list }) {
      let label = outcome["label"].inline
      if !labels.contains(label) { labels.append(label) }
    }
    var table = ReportTable(
      "Share of seeds whose \(policy) policy selects each outcome, with 95% Wilson intervals",
      ["outcome", "values"] + learners.map { $0["name"].inline }, textColumns: [0, 1])
    func share(_ row: DocumentValue) -> ReportTable.Cell {
      guard let share = row["share"].number else { return "" }
      let ends = [row["low"].number, row["high"].number].compactMap { $0.map(percentText) }
      return ReportTable.Cell(
        "\(percentText(share))" + (ends.count == 2 ? " [\(ends[0]), \(ends[1])]" : ""),
        share == 0 ? .muted : .plain)
    }
    for label in labels {
      let rows = learners.map { learner in
        learner.at("matching.outcomes").list.first { $0["label"].text == label } ?? .null
      }
      let values = rows.first { !$0.isNull }?["value_initial"].numbers ?? []
      table.add(
        [.init(label), .init(values.map(tableNumber).joined(separator: ", "))]
          + rows.map { $0.isNull ? ReportTable.Cell("0%", .muted) : share($0) })
    }
    for (name, key) in [("none", "none"), ("did not converge", "unconverged")] {
      table.add(
        [.init(name), ""] + learners.map { share($0.at("matching.selection")[key]) })
    }
    var scores = ReportTable(
      "NashConv of the last policies: interquartile means and 95% bootstrap intervals",
      ["learner", "seeds", "NashConv", "95% interval", "converged"])
    for learner in learners {
      let verdict = learner["verdict"]
      let statistic = verdict.at("policies.last.nash_conv")
      scores.add([
        learner["name"].inline, "\(verdict["seeds"].list.count)",
        statistic["iqm"].number.map(tableNumber) ?? "none",
        "[\(statistic["low"].number.map(tableNumber) ?? "none"), "
          + "\(statistic["high"].number.map(tableNumber) ?? "none")]",
        verdict["share_converged"].number.map(percentText) ?? "",
      ])
    }
    var sections = [
      ReportSection(
        "game-\(id)", "\(game["name"].inline): \(game["title"].inline)",
        [
          .table(table),
          .text(
            "Equilibria known: \(game.at("equilibria.completeness").inline). Equilibria of one value "
              + "whose play from the start hardly differs are one outcome."), .table(scores),
        ], isBrief: true)
    ]
    let certificates = ComparisonSections.equilibria(game["equilibria"])
    sections.append(
      ReportSection("equilibria-\(id)", "\(game["name"].inline): equilibria", certificates))
    if !game["comparison"].isNull {
      sections.append(
        ReportSection(
          "comparison-\(id)", "\(game["name"].inline): learners compared",
          ComparisonSections.groups(game["comparison"])))
    }
    return sections
  }

  /// The runs, how to do it again, and the files.
  private func closing(_ games: [DocumentValue]) -> [ReportSection] {
    var table = ReportTable(
      "The runs behind it", ["game", "learner", "seeds", "folder"], textColumns: [0, 1, 3])
    for game in games {
      for learner in game["learners"].list {
        table.add([
          game["name"].inline, learner["name"].inline,
          "\(learner.at("verdict.seeds").list.count)", learner["run"].inline,
        ])
      }
    }
    var sections = [
      ReportSection(
        "provenance", "Provenance",
        [
          .table(table),
          .text(
            "Each run's folder holds its configuration and its manifests; lab report of it shows "
              + "them. Learners share their seeds, and so the environment's draws."),
        ])
    ]
    if place.isFolder { sections.append(RunParts.files(place.path)) }
    return sections
  }
}
