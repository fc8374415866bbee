import ArgumentParser
import Configuration
import Environments
import Equilibria
import Experiments
import Foundation
import Learners
import Statistics

/// The root command: it lists the subcommands, and nothing else.
@main
struct Lab: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lab",
    abstract: "Learn dynamic economic games, and judge what was learned exactly.",
    discussion: """
      Start with:
        lab train configs/qlearn.yaml    learn the compute race, judge it exactly
        lab solve configs/race.yaml      its exact stationary equilibrium
        lab list games                   what else can be played
        lab describe compute-race        parameters of a game, learner or solver
        lab list runs                    what was done; lab show and lab report tell of it

      Keys of a configuration can be overridden: training.steps=2e5 replicates=2.

      Exit codes: 0 done; 1 failed; 2 usage or configuration error; 3 solver ended in
      a cycle or uncertified; 4 solver limit reached; 130 interrupted, checkpoint
      written.
      """,
    version: "lab \(labVersion) (GSL \(gslVersion))",
    subcommands: [
      Train.self, Solve.self, Compare.self, StudyCommand.self, SweepCommandLine.self,
      Simulate.self, MonteCarlo.self, Reproduce.self, ReportCommand.self, Show.self, List.self,
      Describe.self, Check.self, Prune.self,
    ])

  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      exit(with: error)
    }
  }

  /// Prints an error and ends with its exit code; help and version requests end with 0.
  private static func exit(with error: any Error) -> Never {
    let code: Int32
    switch error {
    case let code as ExitCode: Foundation.exit(code.rawValue)
    case is ConfigurationError, is GameError: code = 2
    case let error as FileError: code = error.isUsage ? 2 : 1
    case is TrainingStop, is MonteCarloStop: code = 130
    case is MeanFieldError, is NumericalError, is EquilibriumStringError, is ComparisonError,
      is StageSelectionError,
      is StageGameError,
      is SnapshotError:
      code = 1
    default:
      // Everything else comes from the parser: help, version, or a usage error.
      let parserCode = exitCode(for: error)
      let message = fullMessage(for: error)
      if parserCode == .success {
        print(message)
        Foundation.exit(0)
      }
      complain(message)
      Foundation.exit(parserCode == .validationFailure ? 2 : 1)
    }
    complain("\(TerminalStyle(descriptor: STDERR_FILENO).paint("error:", .red)) \(error)")
    Foundation.exit(code)
  }
}

/// Writes to standard output, in place of Swift's function of the name: what was printed counts only
/// if it arrived, so a full disk ends the program with exit code 1. On a terminal that takes colours,
/// words on how something ended are in colour.
func print(_ text: String, terminator: String = "\n") {
  let text = TerminalStyle(descriptor: STDOUT_FILENO).highlighted(text)
  write(Data((text + terminator).utf8))
}

/// Writes bytes to standard output; see `print`.
func write(_ data: Data) {
  do {
    try FileHandle.standardOutput.write(contentsOf: data)
  } catch {
    complain("error: standard output cannot be written: \(String(cString: strerror(errno)))")
    Foundation.exit(1)
  }
}

/// Writes a line to standard error.
func complain(_ text: String) {
  try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
}
