import ArgumentParser
import Experiments

/// `lab list`: what there is.
struct List: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List games, learners or solvers.",
    usage: "lab list [games | learners | solvers] [--json] [--quiet]")

  /// What can be listed.
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case games, learners, solvers
  }

  @Argument(help: "games, learners or solvers (default: all).")
  var kind: Kind?

  @OptionGroup var output: OutputOptions

  func run() throws {
    let catalogue = Catalogue()
    if output.json {
      print(jsonLine(catalogue))
      return
    }
    let kinds = kind.map { [$0] } ?? Kind.allCases
    let blocks = kinds.map { kind in
      catalogue.text(kind.rawValue, headed: kinds.count > 1)
    }
    print(blocks.joined(separator: "\n\n"))
    if !output.quiet {
      print("\nlab describe NAME shows parameters, ranges and defaults.")
    }
  }
}
