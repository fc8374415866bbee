import Configuration
import Foundation
import Synchronization

@testable import Experiments

/// A sweep of small races; `changes` replace parts of the text.
let smallSweep = """
  experiment: small
  command: solve
  configuration:
    game: {kind: compute-race, parameters: {grid: 7, actions: 3}}
    solver: {kind: bellman-nash, selection: joint}
  vary:
    game.parameters.mu: [0.2, 0.3]
    game.parameters.omega: {from: 0, to: 1, count: 3}

  """

func sweep(
  _ text: String = smallSweep, commands: [any SweepCommand] = SweepCommands.all, threads: Int = 2
) throws -> SweepConfiguration {
  try SweepConfiguration(
    DocumentNode(yaml: text, source: "small.yaml"), source: "small.yaml", threads: threads,
    commands: commands)
}

@discardableResult
func perform(
  _ configuration: SweepConfiguration, into root: String, threads: Int = 2,
  shard: SweepShard? = nil, forces: Bool = false, failsFast: Bool = false, collects: Bool = false,
  interruption: Interruption = Interruption(), log: (String) -> Void = { _ in }
) throws -> Sweep {
  try Sweep.perform(
    configuration,
    options: SweepOptions(
      root: root, threads: threads, shard: shard, forces: forces, failsFast: failsFast,
      collects: collects),
    interruption: interruption, display: SweepDisplay(isSilent: true), log: log)
}

/// A command whose cells say what they were given: `x` of the configuration, its square and a
/// statistic; it counts its runs, fails at some x, and can ask to stop at another.
final class ProbeCommand: SweepCommand {
  let name = "solve"
  let defaultReport = ["square", "mean", "nothing"]
  /// Cells that were run, by x.
  let runs = Mutex<[Int]>([])
  let fails: Mutex<Set<Int>>
  let stops: (at: Int, interruption: Interruption)?

  init(fails: Set<Int> = [], stops: (at: Int, interruption: Interruption)? = nil) {
    self.fails = Mutex(fails)
    self.stops = stops
  }

  func places(of column: String) -> [String] { [column, "deep/\(column)"] }

  func flags(root: String) -> [String] { ["--out", root] }

  private func x(_ document: DocumentNode) throws -> Int {
    guard let node = document.value(atPath: "game.x"), case .scalar(let word, _) = node.content,
      let x = wholeNumber(word)
    else {
      throw ConfigurationError(
        document.position, key: "game.x", value: document.value(atPath: "game.x")?.text,
        rule: "must be a whole number")
    }
    return x
  }

  func check(_ document: DocumentNode, source: String) throws -> SweepCellIdentity {
    let x = try x(document)
    return SweepCellIdentity(hash: "\(x)", key: "\(x)", title: "probe", folder: nil)
  }

  func run(_ document: DocumentNode, source: String, context: SweepCellContext) throws -> Data {
    let x = try x(document)
    runs.withLock { $0.append(x) }
    if let stops, stops.at == x { stops.interruption.request() }
    if context.interruption.isRequested { throw TrainingStop.stopped }
    if fails.withLock({ $0.contains(x) }) { throw FileError("probe", "cannot do \(x)") }
    // The clock reading differs from run to run, as real ones do.
    return Data(
      """
      {"x":\(x),"square":\(x * x),"seconds":\(Double.random(in: 0...1)),"seeds":[7,8],
       "deep":{"mean":{"iqm":\(x).5,"low":\(x),"high":\(x + 1),"per_seed":[\(x),\(x + 1)]}}}
      """.utf8)
  }
}

/// A sweep of probes over x = 1 … count.
func probes(_ command: ProbeCommand, count: Int = 10) throws -> SweepConfiguration {
  try sweep(
    "command: solve\nconfiguration: {game: {kind: probe}}\n"
      + "vary: {game.x: {from: 1, to: \(count), step: 1}}\n", commands: [command])
}

/// The message of the error that a sweep is refused with.
func sweepRefusal(_ text: String, commands: [any SweepCommand] = SweepCommands.all) -> String {
  do {
    _ = try sweep(text, commands: commands)
    return "accepted"
  } catch {
    return "\(error)"
  }
}
