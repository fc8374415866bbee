import Foundation

/// `bench [q-learning] [actor-critic] [calvano] [stepping] [bimatrix] [stationary]
/// [mean-field] [mean-field-q-learning] [paths] [leapfrogging] [all] [--rounds N] [--limit SECONDS]
/// [--sessions N] [--plot FOLDER] [--quick]`, or
/// `bench count [actor-critic] (swift | c | c-two) GRID ACTIONS STEPS` and
/// `bench count-calvano (swift | c | c-this) PERIODS` for counting instructions from outside,
/// `bench learners` and `bench allocate LEARNER STEPS` for counting allocations;
/// `bench paths-memory PATHS` prints the most memory one study held.
@main
enum Bench {
  static func main() throws {
    var arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "count" { return try countedRun(Array(arguments.dropFirst())) }
    if arguments == ["learners"] { return print(learnerNames().joined(separator: "\n")) }
    if arguments.first == "allocate" {
      guard arguments.count == 3, let steps = Int(arguments[2]) else { usage() }
      return try allocationRun(arguments[1], steps: steps)
    }
    if arguments.first == "paths-memory" {
      guard arguments.count == 2, let paths = Int(arguments[1]) else { usage() }
      return try pathsMemoryRun(paths: paths)
    }
    if arguments.first == "count-calvano" {
      guard arguments.count == 3, let periods = Int(arguments[2]) else { usage() }
      return try countedSession(arguments[1], periods: periods)
    }
    var options = Options()
    if let at = arguments.firstIndex(of: "--rounds"), at + 1 < arguments.count {
      guard let rounds = Int(arguments[at + 1]), rounds >= 1 else { usage() }
      options.rounds = rounds
      arguments.removeSubrange(at...(at + 1))
    }
    if let at = arguments.firstIndex(of: "--limit"), at + 1 < arguments.count {
      guard let limit = Double(arguments[at + 1]), limit > 0 else { usage() }
      options.limit = limit
      arguments.removeSubrange(at...(at + 1))
    }
    if let at = arguments.firstIndex(of: "--sessions"), at + 1 < arguments.count {
      guard let sessions = Int(arguments[at + 1]), sessions >= 2 else { usage() }
      options.sessions = sessions
      arguments.removeSubrange(at...(at + 1))
    }
    if let at = arguments.firstIndex(of: "--plot"), at + 1 < arguments.count {
      options.plot = arguments[at + 1]
      arguments.removeSubrange(at...(at + 1))
    }
    if let at = arguments.firstIndex(of: "--quick") {
      options.quick = true
      arguments.remove(at: at)
    }
    let known = [
      "q-learning", "actor-critic", "calvano", "stepping", "bimatrix", "stationary",
      "mean-field", "mean-field-q-learning", "paths", "leapfrogging",
    ]
    if arguments.isEmpty || arguments == ["all"] { arguments = known }
    guard arguments.allSatisfy(known.contains) else { usage() }

    print(machineLine())
    for name in known where arguments.contains(name) {
      print("\n## \(name)\n")
      switch name {
      case "q-learning": try qLearningBenchmark(options)
      case "actor-critic": try actorCriticBenchmark(options)
      case "calvano": try calvanoBenchmark(options)
      case "stepping": try steppingBenchmark(options)
      case "bimatrix": try bimatrixBenchmark(options)
      case "mean-field": try meanFieldBenchmark(options)
      case "mean-field-q-learning": try frozenQLearningBenchmark(options)
      case "paths": try pathsBenchmark(options)
      case "leapfrogging": try leapfroggingBenchmark(options)
      default: try stationaryBenchmark(options)
      }
      print("\nload average now \(loadAverage())")
    }
  }

  static func usage() -> Never {
    FileHandle.standardError.write(
      Data(
        """
        usage: run [q-learning | actor-critic | calvano | stepping | bimatrix | stationary |
                    mean-field | mean-field-q-learning | paths | leapfrogging | all] ...
                   [--rounds N] [--limit SECONDS] [--sessions N] [--plot FOLDER] [--quick]

        """.utf8))
    exit(64)
  }
}

/// What the command line chose.
struct Options {
  /// Interleaved rounds; nil for each benchmark's own number.
  var rounds: Int?
  /// Seconds after which a stationary solve is stopped.
  var limit = 300.0
  /// Sessions of the pricing game to compare with the independent C program; 0 for none.
  var sessions = 0
  /// Where the response to a price cut is drawn.
  var plot: String?
  /// Fewer rounds and only the small sizes, to see that everything runs.
  var quick = false

  func rounds(_ usual: Int) -> Int { rounds ?? (quick ? 3 : usual) }
}
