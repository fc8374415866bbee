import ArgumentParser
import Equilibria
import Experiments
import Foundation

/// `lab solve`: the exact equilibrium.
struct Solve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Solve the configured game exactly and certify the result.",
    usage: "lab solve <config> [key=value ...] [--all-periods] [--json] [--quiet]",
    discussion: """
      Finite horizons are backward induction; the stationary game is solved by the
      logit path (selection: principal) or by value iteration under a rule. Every
      result carries a certificate that is recomputed from the game alone.

      Examples: lab solve configs/race.yaml game.parameters.mu=0.25 --json
                lab solve configs/race.yaml solver.horizon=1 solver.selection=all
      """)

  @OptionGroup var input: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "With a finite horizon, include every period in the JSON document.")
  var allPeriods = false

  func run() throws {
    let configuration = try input.load(needs: [.game, .solver])
    let interruption = Interruption.listening()
    let output = output
    let began = Date()
    let status = StatusLine(isSilent: output.quiet)
    let solution = try configuration.solver().solve(
      configuration.game, isCancelled: { interruption.isRequested },
      progress: { status.show($0) })
    status.clear()
    let seconds = -began.timeIntervalSinceNow
    if output.json {
      print(
        jsonLine(
          try SolveDocument(configuration, solution, seconds: seconds, allPeriods: allPeriods)))
    } else {
      print(try SolveReport.text(configuration, solution, seconds: seconds))
    }
    switch solution.status {
    case .converged: return
    case .cycle, .uncertified: throw ExitCode(3)
    case .limit: throw ExitCode(4)
    case .interrupted: throw ExitCode(130)
    }
  }
}
