import ArgumentParser
import Experiments

/// `lab describe`: the parameters of something.
struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Describe a game, learner, solver or configuration section.",
    usage: "lab describe <name> [--json] [--quiet]",
    discussion: "Prints every parameter with its default, range, unit and meaning.")

  @Argument(
    help: "A name from `lab list`, or training or evaluation.",
    completion: .list(Catalogue().names))
  var name: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    let description = try Catalogue().describe(name)
    print(output.json ? jsonLine(description) : description.text)
  }
}
