import ArgumentParser
import Experiments
import Foundation

/// `lab study`: games × learners × seeds, and which equilibria were selected.
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Train games × learners × seeds and count which equilibria they select.",
    usage:
      "lab study <study> [key=value ...] [--out DIR] [--threads N]\n    [--resume | --force] [--json] [--quiet]",
    discussion: """
      Trains every learner of the study on every game with the same seeds, finds the
      games' exact equilibria, and counts which of them the seeds selected, with
      Wilson intervals; learners are compared with each other by NashConv.
      Finished seeds are reused. Ctrl-C leaves checkpoints; --resume goes on.

      Example: lab study configs/study-selection.yaml replicates=20
      """)

  @Argument(help: "The study's file (YAML).", completion: .file())
  var study: String

  @Argument(help: "Overrides, such as replicates=20 training.steps=1e5.")
  var overrides: [String] = []

  @OptionGroup var output: OutputOptions
  @OptionGroup var training: TrainingOutputOptions
  @OptionGroup var threads: ThreadOptions

  func run() throws {
    let output = output
    let result = try Study.perform(
      StudyConfiguration(path: study, overrides: overrides),
      options: training.options(threads: threads.threads),
      interruption: Interruption.listening(),
      progress: { ProgressDisplay(unit: $0, isSilent: output.quiet) },
      log: { output.log($0) })
    if output.json {
      print(jsonLine(result))
    } else {
      show(result)
    }
    if !result.failures.isEmpty {
      for failure in result.failures {
        complain("error: \(failure.game), \(failure.learner): \(failure.message)")
      }
      throw ExitCode(1)
    }
  }

  private func show(_ result: Study) {
    print(result.text)
    if output.quiet { return }
    print("study: \(result.folder) (summary.json, selection.csv, a folder per configuration)")
    print("plots: \(result.plots.text)")
  }
}
