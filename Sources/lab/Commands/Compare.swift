import ArgumentParser
import Experiments

/// `lab compare`: judge a stored run anew.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Judge the policies of a run anew, from its stored tables.",
    usage: "lab compare <run> [--json] [--quiet]",
    discussion: """
      Reads only the run's folder: the game, the stored policies of every finished
      seed, and the exact solution they are compared with are computed again.

      Example: lab compare runs/qlearn/0123456789abcdef --json
      """)

  @Argument(
    help: ArgumentHelp("A run's folder, or one seed's folder in it.", valueName: "run"),
    completion: .directory)
  var folder: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let session = try TrainingSession.compare(
      RunFolder(argument: folder), interruption: Interruption.listening())
    show(session, output: output)
  }
}
