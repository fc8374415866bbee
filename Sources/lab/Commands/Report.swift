import ArgumentParser
import Experiments
import Foundation

/// How reports judge runs.
struct ReportOptions: ParsableArguments {
  @Option(
    help: "With several runs, equilibria to match with: principal, found or all (lab compare).")
  var against: EquilibriaName = .principal

  @Option(help: "With several runs: which policy they are compared by: last, average or best.")
  var using: PolicyName = .last

  @OptionGroup var output: OutputOptions
  @OptionGroup var threads: ThreadOptions

  /// What a report may use.
  func context(isBrief: Bool) -> ReportContext {
    let output = output
    return ReportContext(
      options: CompareOptions(
        against: Against(rawValue: against.rawValue)!, timeLimit: 120, policy: using.rawValue,
        threads: threads.threads),
      interruption: Interruption.listening(),
      progress: ProgressDisplay(unit: "attempts", isSilent: output.quiet), isBrief: isBrief)
  }
}

/// `lab report`: one page of HTML.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write one self-contained HTML page about runs, studies or saved documents.",
    usage:
      "lab report <path> ... [--to FILE] [--plots DIR] [--against principal|found|all]\n    [--using last|average|best] [--json] [--quiet]",
    discussion: """
      A path is a run's folder (or one seed's folder in it), a study's, a sweep's or a
      reproduction's folder, or a JSON document saved from solve, train or compare.
      Everything is read from there alone; several runs are also compared. The page
      opens from disk without a network, prints well, and says what is unfinished or
      damaged. It is written into the first folder as report.html unless --to says
      otherwise; --plots keeps its figures as files as well: SVG, PNG and PDF.

      Examples: lab report runs/qlearn/0123456789abcdef
                lab report runs/a/… runs/b/… --to comparison.html --plots figures
      """)

  @Argument(
    help: ArgumentHelp("Folders or JSON documents.", valueName: "path"),
    completion: .file())
  var paths: [String]

  @Option(help: "The page (default: report.html in the first folder).", completion: .file())
  var to: String?

  @Option(help: "Keep the figures as separate files in this folder.", completion: .directory)
  var plots: String?

  @OptionGroup var judging: ReportOptions

  func validate() throws {
    guard !paths.isEmpty else {
      throw ValidationError("name a folder or document, such as runs/qlearn/0123456789abcdef")
    }
  }

  func run() throws {
    let reports = try Report.make(paths, judging.context(isBrief: false))
    let file = try Report.write(reports, to: to ?? Report.defaultFile(paths[0]), plots: plots)
    if judging.output.json {
      print(jsonLine(file))
      return
    }
    for report in reports {
      print("\(report.kind), \(report.state.rawValue): \(printable(report.verdict))")
    }
    print("report: \(file.path) (\(shortSize(file.bytes)))")
    if let plots {
      print(
        file.figures.isEmpty
          ? "figures: none were drawn" : "figures: \(plots) (\(file.figures.count) files)")
    }
  }
}
