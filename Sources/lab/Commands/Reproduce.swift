import ArgumentParser
import Experiments
import Foundation

/// `lab reproduce`: a paper's results, recomputed.
struct Reproduce: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Recompute what a paper reports and put ours beside it.",
    usage: "lab reproduce [name] [--quick] [--out DIR] [--threads N] [--json] [--quiet]",
    discussion: """
      One row an item: the paper's figure or claim, ours, and a verdict (reproduced,
      paper misprint, or not reproducible, and why). Everything is computed anew.
      Pictures and results.json go to reproductions/<name>/. Without a name, the
      papers are listed.

      Example: lab reproduce mean-field-equilibria --quick
      """)

  @Argument(
    help: "The paper.", completion: .list(Registry.reproductions.map { $0.name }))
  var name: String?

  @Flag(help: "Leave out rows that take over a minute.")
  var quick = false

  @Option(name: .customLong("out"), help: "Folder for pictures and results.")
  var root = "reproductions"

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    guard let name else {
      for paper in Registry.reproductions { print("\(paper.name)  \(paper.summary)") }
      return
    }
    let paper = try Registry.reproduction(name)
    let status = StatusLine(isSilent: output.quiet)
    let report = try ReproductionReport.perform(
      paper, isQuick: quick, folder: "\(root)/\(name)", threads: threads.threads,
      interruption: Interruption.listening(), progress: { status.show($0) })
    status.clear()
    if output.json {
      print(jsonLine(report))
      return
    }
    print("\(paper.summary)\n")
    print(report.text)
    output.log("pictures and results.json: \(root)/\(name)")
  }
}
