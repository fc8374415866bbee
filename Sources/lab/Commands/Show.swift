import ArgumentParser
import Experiments
import Foundation

/// `lab show`: a report in the terminal.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a run, study or saved document in the terminal, with plots.",
    usage: "lab show <path> ... [--against …] [--using …] [--json] [--quiet]",
    discussion: """
      Prints the verdict, the tables and plots of NashConv, policies and values, where
      the files are, and what to try next. Colours only on a terminal, and never with
      NO_COLOR; plots are drawn in ASCII where the locale is not UTF-8. --json prints
      every part of the report as data. Paths are those of lab report.

      Examples: lab show runs/qlearn/0123456789abcdef
                lab solve configs/race.yaml --json > race.json; lab show race.json
      """)

  @Argument(
    help: ArgumentHelp("Folders or JSON documents.", valueName: "path"),
    completion: .file())
  var paths: [String]

  @OptionGroup var judging: ReportOptions

  func validate() throws {
    guard !paths.isEmpty else {
      throw ValidationError("name a folder or document, such as runs/qlearn/0123456789abcdef")
    }
  }

  func run() throws {
    let reports = try Report.make(paths, judging.context(isBrief: !judging.output.json))
    if judging.output.json {
      print(jsonLine(ReportDocument(reports)))
      return
    }
    let style = TerminalStyle(descriptor: STDOUT_FILENO)
    let text = ReportText(style: style)
    print(
      reports.map { text.text($0, advice: !judging.output.quiet) }
        .joined(separator: "\n\n\n"))
  }
}
