import ArgumentParser
import Experiments
import Foundation

/// `lab list`: what there is.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List games, learners, solvers, or the runs that were made.",
    usage: "lab list [games | learners | solvers | runs] [--root DIR] [--json] [--quiet]",
    discussion: """
      runs are every training run, study, sweep and path study under --root, with how
      far each is, its result (NashConv of the last policies, or the distance of a
      learned m to the exact one), its age and size.

      Examples: lab list games
                lab list runs --json
      """)

  /// What can be listed.
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case games, learners, solvers, runs
  }

  @Argument(help: "games, learners, solvers or runs (default: all but runs).")
  var kind: Kind?

  @Option(help: "With runs: the folder above experiments.", completion: .directory)
  var root: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard root == nil || kind == .runs else {
      throw ValidationError("--root is where runs are; say lab list runs --root DIR")
    }
  }

  func run() throws {
    if kind == .runs {
      let listing = try RunListing(root: root ?? "runs")
      print(
        output.json
          ? jsonLine(listing) : listing.text(TerminalStyle(descriptor: STDOUT_FILENO)))
      return
    }
    let catalogue = Catalogue()
    if output.json {
      print(jsonLine(catalogue))
      return
    }
    let kinds = kind.map { [$0] } ?? Kind.allCases.filter { $0 != .runs }
    let blocks = kinds.map { kind in
      catalogue.text(kind.rawValue, headed: kinds.count > 1)
    }
    print(blocks.joined(separator: "\n\n"))
    if !output.quiet {
      print("\nlab describe NAME shows parameters, ranges and defaults.")
    }
  }
}
