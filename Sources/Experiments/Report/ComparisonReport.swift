internal import Configuration
internal import Foundation

/// Several runs of games of N players beside each other: the comparison of `lab compare`.
enum ComparisonReport {
  /// The comparison of those places that are runs with finished seeds; nil unless they are several.
  ///
  /// - Throws: `TrainingStop` if interrupted.
  static func make(_ places: [ReportPlace], _ context: ReportContext) throws -> Report? {
    let runs = places.compactMap { place -> RunFolder? in
      guard TrainingSource(place) != nil, let run = place.run,
        run.seeds().contains(where: \.isFinished)
      else { return nil }
      return run
    }
    guard runs.count > 1 else { return nil }
    var report = Report(
      kind: "comparison", title: "\(runs.count) runs compared", state: .finished, verdict: "",
      path: runs.map(\.path).joined(separator: "  "))
    do {
      let session = try CompareSession(
        runs, options: context.options, interruption: context.interruption,
        progress: context.progress)
      report.next = session.advice
      let document = try DocumentValue(of: session)
      report.sections = sections(document)
      report.verdict = verdict(document)
    } catch let error where !(error is TrainingStop) {
      report.state = .damaged
      report.verdict = "The runs cannot be compared: \(error)"
      report.sections = [
        ReportSection("comparison", "Comparison", [.warning(report.verdict)], isBrief: true)
      ]
    }
    return report
  }

  /// Who is better, in a sentence, from the comparisons of the document.
  static func verdict(_ document: DocumentValue) -> String {
    let names = document["runs"].list.map { $0["name"].inline }
    var parts = ["Runs: \(names.joined(separator: "; "))."]
    for comparison in document["comparisons"].list {
      let pairs = comparison["pairs"].list
      let clear = pairs.filter {
        $0.at("improvement.verdict").text == "significant"
          || $0.at("welch.verdict").text == "significant"
      }
      let measure = comparison["measure"].inline
      if clear.isEmpty {
        parts.append("\(sentence(measure).dropLast()): no pair differs significantly.")
      }
      for pair in clear.prefix(3) {
        let share = pair.at("improvement.result.estimate").number ?? 0.5
        let (better, worse) =
          share >= 0.5
          ? (pair["first"].inline, pair["second"].inline)
          : (pair["second"].inline, pair["first"].inline)
        parts.append(
          "\(sentence(measure).dropLast()): a seed of \(better) beats one of \(worse) with "
            + "probability \(brief(max(share, 1 - share))).")
      }
    }
    if document["comparisons"].list.isEmpty {
      parts.append("They play different games, so their scores are not compared.")
    }
    return parts.joined(separator: " ")
  }

  /// The parts of a comparison's document.
  static func sections(_ document: DocumentValue) -> [ReportSection] {
    var sections: [ReportSection] = []
    let groups = document["comparisons"].list.flatMap(ComparisonSections.groups)
    if !groups.isEmpty {
      sections.append(ReportSection("comparison", "Comparison", groups, isBrief: true))
    }
    let cross = document["cross_play"].list.flatMap(ComparisonSections.crossPlay)
    if !cross.isEmpty {
      sections.append(ReportSection("cross-play", "Cross-play", cross, isBrief: true))
    }
    let policy = document["policy"].text ?? "last"
    var equilibria: [ReportBlock] = []
    for (index, known) in document["equilibria"].list.enumerated() {
      if document["equilibria"].list.count > 1 { equilibria.append(.heading("Game \(index + 1)")) }
      equilibria += ComparisonSections.equilibria(known)
      for run in document["runs"].list where run["equilibria_index"].whole == index {
        equilibria += ComparisonSections.selection(
          run["matching"][policy], of: "\(policy) policies of \(run["name"].inline)")
      }
    }
    if !equilibria.isEmpty {
      sections.append(ReportSection("equilibria", "Equilibria selected", equilibria))
    }
    return sections
  }
}
