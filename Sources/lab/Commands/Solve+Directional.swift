import ArgumentParser
import Equilibria
import Experiments
import Foundation

/// Options of `lab solve` for games of which every equilibrium is found.
struct DirectionalArguments: ParsableArguments {
  @Option(help: "Directional: print the equilibrium of this number, from 0, alone.")
  var equilibrium: Int?

  @Option(help: "Directional: stop after so many equilibria.")
  var maxEquilibria: Int?

  @Option(help: "Directional: stop after so many seconds.")
  var timeLimit: Double?

  @Option(help: "Directional: payoff pairs in the JSON document (default: 100,000).")
  var maxPayoffs: Int?

  @Option(
    help: "Directional: where a search that stops is kept, to go on from.", completion: .file())
  var checkpoint: String?

  @Option(
    help:
      "Directional: draw all payoffs, or play under --equilibrium, into this .svg, .png or .pdf.",
    completion: .file())
  var plot: String?

  func validate() throws {
    for (name, value) in [
      ("--equilibrium", equilibrium), ("--max-equilibria", maxEquilibria),
      ("--max-payoffs", maxPayoffs),
    ] {
      if let value, value < 0 { throw ValidationError("\(name) \(value): must be at least 0") }
    }
    if let timeLimit, !(timeLimit > 0 && timeLimit.isFinite) {
      throw ValidationError("--time-limit \(timeLimit): must be above 0")
    }
    for (name, file) in [("--checkpoint", checkpoint), ("--plot", plot)] where file == "" {
      throw ValidationError("\(name) is empty: name a file")
    }
    if equilibrium != nil {
      for (name, isGiven) in [
        ("--max-equilibria", maxEquilibria != nil), ("--max-payoffs", maxPayoffs != nil),
        ("--checkpoint", checkpoint != nil),
      ] where isGiven {
        throw ValidationError("--equilibrium is about one equilibrium; leave out \(name)")
      }
    }
  }

  /// Throws `ValidationError` if an option is given: for games of other kinds.
  func refuse() throws {
    let given =
      equilibrium != nil
      ? "--equilibrium"
      : maxEquilibria != nil
        ? "--max-equilibria"
        : timeLimit != nil
          ? "--time-limit"
          : maxPayoffs != nil
            ? "--max-payoffs" : checkpoint != nil ? "--checkpoint" : plot != nil ? "--plot" : nil
    guard let given else { return }
    throw ValidationError(
      "\(given) is for solver.kind recursive-lexicographical-search, which finds every equilibrium of "
        + "a directional game such as leapfrogging or of a finite horizon")
  }

  /// The options, for the solver.
  func options(threads: Int) -> DirectionalOptions {
    var options = DirectionalOptions()
    options.limits.equilibria = maxEquilibria
    options.limits.seconds = timeLimit
    options.limits.payoffs = maxPayoffs
    options.checkpoint = checkpoint
    options.threads = threads
    return options
  }
}

extension Solve {
  /// Finds every equilibrium of a directional game, or rebuilds one.
  func solve(_ configuration: DirectionalConfiguration) throws {
    guard !allPeriods else {
      throw ValidationError(
        "--all-periods is for bellman-nash; this solver's states say their period")
    }
    if let file = directional.plot { try Plot.checkName(file) }
    let number = directional.equilibrium ?? configuration.equilibrium
    if let format, format.isOfGame { return try export(nil, Interruption.listening()) }
    guard format == nil || number != nil else {
      throw ValidationError(
        "--export writes one equilibrium, and this solver finds every one: say which with "
          + "--equilibrium K, from 0")
    }
    let interruption = Interruption.listening()
    let options = directional.options(threads: threads.threads)
    let status = StatusLine(isSilent: output.quiet)
    defer { status.clear() }
    if let number {
      if isExportAlone, directional.plot == nil { return try export(number, interruption) }
      let document = try DirectionalEquilibriumDocument(
        configuration, number: number, options: options, interruption: interruption,
        progress: { status.show($0) })
      status.clear()
      if !isExportAlone {
        print(output.json ? jsonLine(document) : document.text(configuration))
      }
      if let file = directional.plot { log(try document.plot(configuration, file: file)) }
      if format != nil { try export(number, interruption) }
      return try end(document.status, export: { nil })
    }
    let solution = try DirectionalSolution(
      configuration, options: options, interruption: interruption, progress: { status.show($0) })
    status.clear()
    if output.json {
      print(jsonLine(DirectionalSolveDocument(configuration, solution, limits: options.limits)))
    } else {
      print(
        DirectionalSolveReport.text(
          configuration, solution, arguments: [input.config] + input.overrides))
    }
    if let file = directional.plot {
      log(try solution.plot(configuration, file: file))
    }
    if let failure = solution.checkpointFailure { throw failure }
    if let file = directional.checkpoint, solution.isPartial {
      output.log("checkpoint: \(file); the same command goes on from it")
    }
    try end(solution.status, export: { nil })
  }

  private func log(_ plot: Plot.Outcome) {
    switch plot {
    case .drawn(let files): output.log("plot: \(files.joined(separator: "  "))")
    case .skipped(let reason): output.log("plot: \(reason)")
    }
  }

  /// Exports the game, or one of its equilibria.
  private func export(_ number: Int?, _ interruption: Interruption) throws {
    var input = input
    if let number { input.overrides.append("solver.equilibrium=\(number)") }
    let configuration = try input.load(needs: [.game])
    let export = try SolutionExport(configuration, as: format!, at: place)
    let solution = try number.map { _ in
      try configuration.exactSolution(interruption: interruption).solution
    }
    try end(solution?.status ?? .converged, export: { try export.make(from: solution) })
  }
}
