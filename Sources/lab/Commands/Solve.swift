public import ArgumentParser
import Configuration
import Equilibria
public import Experiments
import Foundation

/// `lab solve`: the exact equilibrium.
struct Solve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Solve the configured game exactly and certify the result.",
    usage: """
      lab solve <config> [key=value ...] [--all-periods] [--json] [--quiet]
             lab solve <config> [key=value ...] [--equilibrium K]
                       [--plot <file>] [--max-equilibria N] [--time-limit S]
                       [--max-payoffs N] [--checkpoint <file>] [--threads N]
             lab solve <config> [key=value ...] --export <format> [--to <file>]
                       [--state <index> | --state-label <label>] [--period <n>]
      """,
    discussion: """
      Finite horizons are backward induction; the stationary game is solved by the
      logit path (selection: principal) or by value iteration under a rule. Every
      result carries a certificate that is recomputed from the game alone. Mean-field
      games are solved for every crossing of their map, pure, mixed or jumping. In the
      place of a configuration a game's own file will do: a .nfg file, or a .csv table
      of sgamesolver.

      recursive-lexicographical-search finds every equilibrium of a directional game,
      such as leapfrogging, or of a finite horizon (solver.horizon=T); a search that a
      limit or Ctrl-C stops says *at least*, and with --checkpoint goes on from there
      to the same result (docs/directional-games.md).

      --export writes for other programs, to standard output (the report is then left
      out) or to the file of --to (the report is then printed as ever):
        csv          policies with their values, a line per action played
        values       values, a line per player and state
        npz          policies, values and labels as arrays for numpy
        nfg          the game at one state, going on as solved, for Gambit
        nfg-payoff   the same in the version of the format without names
        ne           equilibria of that game, NE,p1,p2,... as Gambit prints them
        sgamesolver  the stochastic game itself, as that program reads it; not solved
      Formats: docs/interchange.md.

      Examples: lab solve configs/race.yaml game.parameters.mu=0.25 --json
                lab solve configs/race.yaml solver.horizon=1 solver.selection=all
                lab solve configs/mfe-inventory.yaml game.parameters.holding=8
                lab solve configs/race-finite.yaml --export nfg --state 3 --period 1
                lab solve game.nfg --export ne
                lab solve configs/leapfrogging.yaml game.parameters.n=4 --json
      """)

  @OptionGroup var input: ConfigurationOptions
  @OptionGroup var output: OutputOptions

  @Flag(help: "With a finite horizon, include every period in the JSON document.")
  var allPeriods = false

  @Option(name: .customLong("export"), help: "Write the solution for other programs.")
  var format: ExportFormat?

  @Option(name: .customLong("to"), help: "The export's file.", completion: .file())
  var destination: String?

  @Option(help: "Whose stage game: the state's index, from 0 as in policy.csv.")
  var state: Int?

  @Option(parsing: .unconditional, help: "Whose stage game: the state's label.")
  var stateLabel: String?

  @Option(help: "Whose stage game: the period, from 1, of a finite horizon.")
  var period: Int?

  @OptionGroup var directional: DirectionalArguments
  @OptionGroup var threads: ThreadOptions

  var place: StagePlace {
    StagePlace(state: state, stateLabel: stateLabel, period: period)
  }

  func validate() throws {
    if format?.isOfGame == true, directional.equilibrium != nil {
      throw ValidationError(
        "--export \(format!.rawValue) writes the game itself; leave out --equilibrium")
    }
    guard let format else {
      guard destination == nil, place.isEmpty else {
        throw ValidationError("--to, --state, --state-label and --period go with --export")
      }
      return
    }
    guard let destination else {
      guard !output.json else {
        throw ValidationError("--json and --export both want standard output; add --to FILE")
      }
      guard !format.isBinary || isatty(STDOUT_FILENO) == 0 else {
        throw ValidationError("\(format.rawValue) is no text for a terminal; add --to FILE")
      }
      return
    }
    guard !destination.isEmpty else { throw ValidationError("--to is empty: name a file") }
  }

  func run() throws {
    let needs: [ExperimentConfiguration.Section] =
      format?.isOfGame == true ? [.game] : [.game, .solver]
    let configuration = try input.loadAny(needs: needs)
    if case .directional = configuration {} else { try directional.refuse() }
    switch configuration {
    case .game(let configuration): try solve(configuration)
    case .meanField(let configuration): try solve(configuration)
    case .directional(let configuration):
      try solve(configuration)
    }
  }

  /// Whether standard output is the export's.
  var isExportAlone: Bool { format != nil && destination == nil }

  /// Delivers an export.
  private func deliver(_ export: Export) throws {
    if let destination {
      try export.write(to: destination)
      output.log("wrote \(destination)" + (export.note.map { ": \($0)" } ?? ""))
    } else {
      write(export.data)
      if let note = export.note { output.log(note) }
    }
  }

  private func solve(_ configuration: ExperimentConfiguration) throws {
    let export = try format.map { try SolutionExport(configuration, as: $0, at: place) }
    if let export, !export.needsSolution { return try deliver(export.make(from: nil)) }
    let interruption = Interruption.listening()
    let output = output
    let began = Date()
    let status = StatusLine(isSilent: output.quiet)
    let solution = try configuration.solver().solve(
      configuration.game, isCancelled: { interruption.isRequested },
      progress: { status.show($0) })
    status.clear()
    let seconds = -began.timeIntervalSinceNow
    if isExportAlone {
      output.log("\(solution.status.rawValue): \(solution.note)")
    } else if output.json {
      print(
        jsonLine(
          try SolveDocument(configuration, solution, seconds: seconds, allPeriods: allPeriods)))
    } else {
      print(try SolveReport.text(configuration, solution, seconds: seconds))
    }
    try end(solution.status, export: { try export?.make(from: solution) })
  }

  private func solve(_ configuration: MeanFieldConfiguration) throws {
    guard !allPeriods else {
      throw ValidationError("--all-periods is for finite horizons; a mean-field game has none")
    }
    let export = try format.map { try MeanFieldExport(configuration, as: $0, at: place) }
    let interruption = Interruption.listening()
    let status = StatusLine(isSilent: output.quiet)
    let solution = try configuration.solve(
      isCancelled: { interruption.isRequested }, progress: { status.show($0) })
    status.clear()
    let document = MeanFieldSolveDocument(configuration, solution)
    if isExportAlone {
      output.log(document.status.rawValue)
    } else if output.json {
      print(jsonLine(document))
    } else {
      print(MeanFieldSolveReport.text(configuration, solution))
    }
    try end(document.status, export: { try export?.make(from: solution) })
  }

  /// Delivers what is to be exported, and ends with the exit code of a status: that counts also where
  /// there is nothing to export.
  func end(_ status: SolverStatus, export: () throws -> Export?) throws {
    do {
      if let export = try export() { try deliver(export) }
    } catch let error as ConfigurationError where status != .converged {
      complain("error: \(error)")
    }
    switch status {
    case .converged: return
    case .cycle, .uncertified: throw ExitCode(3)
    case .limit: throw ExitCode(4)
    case .interrupted: throw ExitCode(130)
    }
  }
}

extension ExportFormat: ExpressibleByArgument {}
