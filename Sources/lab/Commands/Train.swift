import ArgumentParser
import Experiments
import Foundation

/// `lab train`: learn, then judge.
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train the configured learner and judge it against the exact equilibrium.",
    usage:
      "lab train <config> [key=value ...] [--out DIR] [--threads N]\n    [--resume | --force] [--json] [--quiet]",
    discussion: """
      Trains one independent run per seed on all cores, then prints how far the
      learned policies are from equilibrium, with 95% bootstrap intervals over seeds.
      The run is kept in runs/<experiment>/<fingerprint>/ with metrics, policies,
      plots and provenance. Finished seeds are reused. Ctrl-C leaves a checkpoint;
      --resume goes on to the same bytes.

      Example: lab train configs/qlearn.yaml training.steps=2e5 replicates=2
      """)

  @OptionGroup var input: ConfigurationOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var threads: ThreadOptions

  @OptionGroup var training: TrainingOutputOptions

  func run() throws {
    switch try input.loadAny(needs: [.game, .learner, .training, .evaluation]) {
    case .game(let configuration): try train(configuration)
    case .meanField(let configuration): try train(configuration)
    case .directional: preconditionFailure("what learns is read as an ordinary game")
    }
  }

  private func train(_ configuration: MeanFieldConfiguration) throws {
    let output = output
    let session = try MeanFieldTrainingSession.train(
      configuration, options: training.options(threads: threads.threads),
      interruption: Interruption.listening(),
      progress: ProgressDisplay(unit: "outer steps", isSilent: output.quiet),
      log: { output.log($0) })
    show(session, output: output)
  }

  private func train(_ configuration: ExperimentConfiguration) throws {
    let output = output
    let session = try TrainingSession.train(
      configuration,
      options: training.options(threads: threads.threads),
      interruption: Interruption.listening(),
      progress: ProgressDisplay(unit: configuration.stepUnit, isSilent: output.quiet),
      log: { output.log($0) })
    show(session, output: output)
  }
}

/// Prints a verdict: the table, the curve, and where to go next.
func show(_ session: TrainingSession, output: OutputOptions) {
  if output.json {
    print(jsonLine(session.verdict))
    return
  }
  print(session.title + "\n")
  print(session.verdict.text(session.configuration))
  if output.quiet { return }
  let chart = session.curveChart
  if !chart.isEmpty {
    let style = TerminalStyle(descriptor: STDOUT_FILENO)
    print("\n" + style.letters("\(chart.title), IQM and 95% band:"))
    print(TerminalPlot.text(chart, style: style))
  }
  showFiles(session.run, session.plots, advice: session.advice)
}

/// Prints the verdict on a mean-field run: the tables, and where to go next.
func show(_ session: MeanFieldTrainingSession, output: OutputOptions) {
  if output.json {
    print(jsonLine(session.verdict))
    return
  }
  print(session.title + "\n")
  print(session.verdict.text)
  if output.quiet { return }
  showFiles(session.run, session.plots, advice: session.advice)
}

private func showFiles(_ run: RunFolder, _ plots: Plot.Outcome, advice: [String]) {
  print("\nrun:   \(run.path)")
  print("plots: \(plots.text)")
  for line in advice { print("next:  \(line)") }
}
