import Agents
import CReference
import Configuration
import Dispatch
import Environments
import Equilibria
import Experiments
import Foundation
import Learners
import Statistics

/// Sessions of `configs/calvano.yaml`: speed against C, and with `--sessions N` results beside those
/// of an independent C program.
func calvanoBenchmark(_ options: Options) throws {
  let task = try CalvanoTask()
  let periods = task.trained(seed: task.seed).step
  let identical = task.isSameAsReference(seed: task.seed)
  let times = Interleaved(
    rounds: options.rounds(11),
    [
      { timed(threadSeconds) { _ = task.trained(seed: task.seed) } },
      { timed(threadSeconds) { _ = task.reference(seed: task.seed) } },
      { timed(threadSeconds) { _ = task.generalReference(seed: task.seed) } },
    ])
  func rate(_ variant: Int) -> String { decimal(Double(periods) / times.median(variant) / 1e6, 1) }
  print("Million periods a second of one core, a whole session of \(periods) periods.\n")
  printTable(
    ["ours", "C, any game", "C, this game", "ours / any", "ours / this", "identical tables"],
    [
      [
        rate(0), rate(2), rate(1), times.speed(of: 0, relativeTo: 2).text,
        times.speed(of: 0, relativeTo: 1).text, identical ? "yes" : "NO",
      ]
    ])
  print("\nC: \(String(cString: reference_compiler()))")
  if options.sessions > 0 { try task.compare(sessions: options.sessions, folder: options.plot) }
}

/// One session with nothing around it, for counting its instructions.
func countedSession(_ program: String, periods: Int) throws {
  let task = try CalvanoTask(limit: periods)
  switch program {
  case "swift": _ = task.trained(seed: task.seed)
  case "c": _ = task.generalReference(seed: task.seed)
  case "c-this": _ = task.reference(seed: task.seed)
  default: Bench.usage()
  }
}

/// The sessions of `configs/calvano.yaml`.
struct CalvanoTask {
  let configuration: ExperimentConfiguration
  let tables: SimulationTables
  let market: LogitBertrand
  let patience: Int
  let limit: Int
  private let learner: ParameterSet
  private let initial: [[Double]]
  private let profits: [Double]
  private let written: ReferenceGame

  init(limit: Int? = nil) throws {
    let root =
      ProcessInfo.processInfo.environment["BENCH_ROOT"] ?? FileManager.default.currentDirectoryPath
    configuration = try ExperimentConfiguration(
      path: "\(root)/configs/calvano.yaml", needs: [.game, .learner, .training])
    market = try LogitBertrand(configuration.gameParameters)
    let game = configuration.game
    tables = SimulationTables(game)
    let training = configuration.resolved.group("training")!
    let stop = training.group("stop")!
    learner = configuration.resolved.group("learner")!
    patience = limit ?? stop.integer("periods")
    self.limit = limit ?? training.integer("steps")
    let values = InitialValues(learner)
    initial = try (0..<2).map { try values.values(game: game, player: $0) }
    written = ReferenceGame(game)
    profits = (0..<market.prices * market.prices * 2).map {
      game.payoff($0 % 2, row: $0 / 2)
    }
    let epsilon = learner.group("exploration")!.group("epsilon")!
    precondition(
      market.firms == 2 && market.memory == 1 && stop.kind == "policy-unchanged"
        && learner.group("step_size")!.kind == "constant" && epsilon.kind == "decay"
        && epsilon.real("from") == 1 && training.integer("episode") == 0
        && training.text("start") == "uniform" && configuration.generator == .taus2,
      "the reference knows only what configs/calvano.yaml asks for")
  }

  var seed: UInt64 { configuration.seed }
  var alpha: Double { learner.group("step_size")!.real("value") }
  var beta: Double { learner.group("exploration")!.group("epsilon")!.real("rate") }

  /// As `lab train` does it, without files and verdicts.
  func trained(seed: UInt64) -> TrainingLoop<QLearning> {
    let training = configuration.resolved.group("training")!
    let learners = (0..<2).map {
      try! QLearning(learner, game: configuration.game, player: $0, steps: limit)
    }
    var loop = TrainingLoop(
      simulator: Simulator(tables, start: .uniform), learners: learners, steps: limit,
      averageFrom: Int(training.real("average_from") * Double(training.integer("steps"))),
      seed: seed, generator: configuration.generator)
    _ = loop.run(until: limit, orUnchangedFor: patience)
    return loop
  }

  private func streams(_ seed: UInt64) -> [reference_taus2] {
    [reference_taus2(seed: seed, role: .environment, index: 0)]
      + (0..<2).map { reference_taus2(seed: seed, role: .agent, index: $0) }
  }

  /// The C kernel for any game, on the game written out: its tables and periods.
  func generalReference(seed: UInt64) -> (values: [[Double]], periods: Int) {
    var training = reference_training(
      steps: limit, episode: 0, exponent: 0, epsilon_from: 1, epsilon_to: 0, epsilon_share: 1,
      step_size: alpha, decay: beta, patience: patience)
    let count = initial[0].count
    let values = UnsafeMutablePointer<Double>.allocate(capacity: 2 * count)
    let visits = UnsafeMutablePointer<Int>.allocate(capacity: 4 * count)
    defer {
      values.deallocate()
      visits.deallocate()
    }
    for player in 0..<2 {
      (values + player * count).initialize(from: initial[player], count: count)
    }
    visits.initialize(repeating: 0, count: 4 * count)
    var result = reference_result()
    (result.values.0, result.values.1) = (values, values + count)
    (result.visits.0, result.visits.1) = (visits, visits + count)
    (result.greedy_visits.0, result.greedy_visits.1) = (visits + 2 * count, visits + 3 * count)
    var game = written.c
    let streams = streams(seed)
    let code = reference_q_learning(&game, &training, streams, &result)
    precondition(code == 0, "the reference could not run")
    let tables = (0..<2).map {
      Array(UnsafeBufferPointer(start: values + $0 * count, count: count))
    }
    return (tables, result.steps)
  }

  /// The C kernel for this game alone: its tables and periods.
  func reference(seed: UInt64) -> (values: [[Double]], periods: Int) {
    let streams = streams(seed)
    var (first, second) = (initial[0], initial[1])
    let periods = profits.withUnsafeBufferPointer { profits in
      first.withUnsafeMutableBufferPointer { first in
        second.withUnsafeMutableBufferPointer { second in
          var task = reference_pricing_task(
            prices: market.prices, profits: profits.baseAddress!, discount: market.discount,
            alpha: alpha, beta: beta, patience: patience, limit: limit)
          var values: [UnsafeMutablePointer<Double>?] = [first.baseAddress, second.baseAddress]
          return reference_pricing(&task, streams, &values)
        }
      }
    }
    return ([first, second], periods)
  }

  /// Whether all end after the same number of periods with the same tables, bit for bit.
  func isSameAsReference(seed: UInt64) -> Bool {
    let loop = trained(seed: seed)
    return [reference(seed: seed), generalReference(seed: seed)].allSatisfy { values, periods in
      loop.step == periods
        && (0..<2).allSatisfy { player in
          loop.learner(player).actionValues.map(\.bitPattern) == values[player].map(\.bitPattern)
        }
    }
  }
}
