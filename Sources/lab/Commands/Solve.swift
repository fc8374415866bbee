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
      result carries a certificate that is recomputed from the game alone. Mean-field
      games are solved for every crossing of their map, pure, mixed or jumping.

      Examples: lab solve configs/race.yaml game.parameters.mu=0.25 --json
                lab solve configs/race.yaml solver.horizon=1 solver.selection=all
                lab solve configs/mfe-inventory.yaml game.parameters.holding=8
      """)

  @OptionGroup var input: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "With a finite horizon, include every period in the JSON document.")
  var allPeriods = false

  func run() throws {
    switch try input.loadAny(needs: [.game, .solver]) {
    case .game(let configuration): try solve(configuration)
    case .meanField(let configuration): try solve(configuration)
    }
  }

  private func solve(_ configuration: ExperimentConfiguration) throws {
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
    try end(solution.status)
  }

  private func solve(_ configuration: MeanFieldConfiguration) throws {
    guard !allPeriods else {
      throw ValidationError("--all-periods is for finite horizons; a mean-field game has none")
    }
    let interruption = Interruption.listening()
    let status = StatusLine(isSilent: output.quiet)
    let solution = try configuration.solve(
      isCancelled: { interruption.isRequested }, progress: { status.show($0) })
    status.clear()
    let document = MeanFieldSolveDocument(configuration, solution)
    if output.json {
      print(jsonLine(document))
    } else {
      print(MeanFieldSolveReport.text(configuration, solution))
    }
    try end(document.status)
  }

  /// Ends with the exit code of a status.
  private func end(_ status: SolverStatus) throws {
    switch status {
    case .converged: return
    case .cycle, .uncertified: throw ExitCode(3)
    case .limit: throw ExitCode(4)
    case .interrupted: throw ExitCode(130)
    }
  }
}
