internal import Configuration

/// A folder of `lab montecarlo`, or its document.
struct MonteCarloSource: ReportSource {
  static let kind = "montecarlo"

  private let place: ReportPlace
  /// The folder; nil for a document.
  private let run: RunFolder?

  init?(_ place: ReportPlace) {
    guard place.isPathStudy || (!place.isFolder && place.documentKind == Self.kind) else {
      return nil
    }
    self.place = place
    run = place.isFolder ? place.run : nil
    if place.isFolder, run == nil { return nil }
  }

  func report(_ context: ReportContext) throws -> Report {
    guard let run else {
      let sections = MonteCarloSections(document: place.document)
      return Report(
        kind: "path study", title: sections.title, state: .finished, verdict: sections.verdict,
        path: place.path, sections: sections.sections(isBrief: context.isBrief))
    }
    let configuration: PathStudyConfiguration
    do {
      configuration = try run.checked(PathStudyConfiguration(path: run.configurationPath))
    } catch {
      return RunParts(run, inventory: RunInventory(run, wanted: [])).damaged(
        "path study", error: error)
    }
    let inventory = inventory(run, configuration)
    let parts = RunParts(run, inventory: inventory)
    var report = Report(
      kind: "path study",
      title: "\(configuration.header.experiment): \(configuration.title)",
      state: inventory.state, verdict: "", path: run.path)
    let finished = inventory.seeds.filter {
      $0.state == .finished && (run.seed == nil || $0.folder.seed == run.seed)
    }
    if finished.isEmpty {
      report.verdict =
        "No path study has finished here, so there is no verdict. " + (inventory.remark ?? "")
      report.next = parts.resume("montecarlo")
      report.sections.append(
        ReportSection("verdict", "Verdict", [.warning(report.verdict)], isBrief: true))
    }
    var verdicts: [String] = []
    for (index, seed) in finished.enumerated() {
      do {
        let sections = MonteCarloSections(
          document: try DocumentValue(path: seed.folder.summaryPath),
          plots: "\(seed.folder.path)/plots")
        if index == 0 {
          report.title = "\(configuration.header.experiment): \(sections.title)"
        }
        verdicts.append(
          finished.count > 1 ? "Seed \(seed.folder.seed): \(sections.verdict)" : sections.verdict)
        report.sections += sections.sections(isBrief: context.isBrief).map { section in
          var section = section
          guard index > 0 else { return section }
          section.id += "-seed-\(seed.folder.seed)"
          section.title = "Seed \(seed.folder.seed): \(section.title)"
          section.nameFigures { "seed-\(seed.folder.seed)-\($0)" }
          return section
        }
      } catch let error as FileError {
        report.state = .damaged
        verdicts.append("The results of seed \(seed.folder.seed) cannot be read: \(error)")
        report.sections.append(
          ReportSection(
            "seed-\(seed.folder.seed)", "Seed \(seed.folder.seed)", [.warning("\(error)")],
            isBrief: true))
      }
    }
    if !verdicts.isEmpty {
      report.verdict = verdicts.joined(separator: " ")
      report.sections.insert(
        ReportSection("verdict", "Verdict", parts.remarks + verdicts.map { .text($0) }), at: 0)
    }
    report.sections += parts.closing(reproduce: "montecarlo", title: "Simulation")
    return report
  }

  private func inventory(
    _ run: RunFolder, _ configuration: PathStudyConfiguration
  ) -> RunInventory {
    // One seed a study; those of other seeds stand beside it.
    RunInventory(run, wanted: [run.seed ?? configuration.header.seed])
  }

  var facts: RunFacts {
    guard let run else { return RunFacts() }
    do {
      let configuration = try run.checked(PathStudyConfiguration(path: run.configurationPath))
      return RunFacts(
        inventory(run, configuration), game: configuration.title,
        method: "\(grouped(configuration.settings.paths)) paths")
    } catch {
      return RunFacts(problem: "\(error)")
    }
  }
}
