import ArgumentParser
import Experiments
import Foundation

/// `lab montecarlo`: many paths.
struct MonteCarlo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "montecarlo",
    abstract: "Simulate ensembles of paths and judge them against exact laws.",
    usage:
      "lab montecarlo <config> [key=value ...] [--out DIR] [--threads N]\n    [--resume | --force] [--json] [--quiet]",
    discussion: """
      Plays any number of paths under one or several profiles (exact, learned, fixed)
      in constant memory on all cores, and prints means with errors and intervals
      beside their exact values: payoffs, welfare, first passages, durations, long-run
      laws, autocorrelations; fan charts and all numbers go to
      runs/<experiment>/<fingerprint>/seed=<seed>/. The section `montecarlo` has every
      key: lab describe montecarlo. Results do not depend on --threads. Ctrl-C leaves
      a checkpoint; --resume goes on to the same bytes. Of a mean-field game, markets
      of N agents are played: lab describe montecarlo-market.

      Examples: lab montecarlo configs/paths.yaml
                lab montecarlo configs/paths.yaml montecarlo.draws=antithetic
                lab montecarlo configs/paths.yaml montecarlo.paths=1e7 --json
                lab montecarlo configs/paths-market.yaml montecarlo.agents=10
      """)

  @OptionGroup var input: ConfigurationOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var training: TrainingOutputOptions

  func run() throws {
    let configuration = try PathStudyConfiguration(
      path: input.config, overrides: input.overrides)
    let output = output
    let line = StatusLine(isSilent: output.quiet)
    let study = try MonteCarloStudy.perform(
      configuration, options: training.options(threads: threads.threads),
      interruption: Interruption.listening(), log: { output.log($0) },
      progress: ProgressDisplay(unit: "steps", isSilent: output.quiet),
      status: { line.show($0) })
    line.clear()
    if output.json {
      print(jsonLine(study.document))
      return
    }
    print(study.document.text)
    if output.quiet { return }
    if let rate = study.document.rate, let seconds = study.document.seconds {
      let steps = study.document.agents == nil ? "path periods" : "agent periods"
      print(
        "\(decimal(rate / 1e6, 1)) million \(steps) per second, \(decimal(seconds, 1)) s in all")
    }
    print("\nrun:   \(study.folder)")
    switch study.plots {
    case .drawn(let files): print("plots: \(files.count) files in \(study.folder)/plots")
    case .skipped(let reason): print("plots: \(reason)")
    }
  }
}
