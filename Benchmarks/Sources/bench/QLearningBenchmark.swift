import Agents
import CReference
import Configuration
import Dispatch
import Environments
import Experiments
import Foundation
import Learners
import Statistics

/// Training runs of `configs/qlearn.yaml`, ours against the C reference.
func qLearningBenchmark(_ options: Options) throws {
  var rows: [[String]] = []
  var scaling: [[String]] = []
  for (grid, actions) in [(21, 9), (61, 15)] {
    let task = try QLearningTask(grid: grid, actions: actions)
    let identical = task.isSameAsReference()
    let rounds = options.rounds(21)
    let times = Interleaved(
      rounds: rounds,
      [
        { timed(threadSeconds) { task.train() } },
        { timed(threadSeconds) { task.reference(two: false) } },
        { timed(threadSeconds) { task.reference(two: true) } },
      ])
    func rate(_ variant: Int) -> String {
      decimal(Double(task.steps) / times.median(variant) / 1e6, 1)
    }
    rows.append([
      "\(grid)×\(actions)", rate(0), rate(1), rate(2), times.speed(of: 0, relativeTo: 1).text,
      times.speed(of: 0, relativeTo: 2).text, identical ? "yes" : "NO",
    ])
    var ownTimes: [[Double]] = [[], []]
    let cores = Interleaved(
      rounds: options.rounds(11),
      [1, 2].map { count in
        {
          timed(wallSeconds) { ownTimes[count - 1].append(task.trainConcurrently(count)) }
        }
      }
        + [1, 2].map { count in
          { timed(wallSeconds) { task.referenceConcurrently(count) } }
        })
    // Two cores do twice the work: their speed is twice the ratio of times.
    func speedUp(_ one: Int, _ two: Int) -> String {
      Spread(zip(cores.times[one], cores.times[two]).map { 2 * $0 / $1 }).text
    }
    scaling.append([
      "\(grid)×\(actions)", speedUp(0, 1), speedUp(2, 3),
      Spread(zip(ownTimes[1], ownTimes[0]).map { $0 / $1 }).text,
    ])
  }
  print("Million steps a second of one core, whole runs (every step: two players act and learn).\n")
  printTable(
    [
      "size", "ours", "C", "C, two players", "ours / C", "ours / C, two players",
      "identical tables",
    ],
    rows)
  print("\nTwo seeds on two cores against one on one, wall clock.\n")
  printTable(["size", "ours", "C", "our processor time of a seed, two at once / alone"], scaling)
  print("\nC: \(String(cString: reference_compiler()))")
}

/// One run with nothing around it, for counting its instructions.
func countedRun(_ arguments: [String]) throws {
  if arguments.first == "actor-critic" {
    return try countedActorCritic(Array(arguments.dropFirst()))
  }
  guard arguments.count == 4, let grid = Int(arguments[1]), let actions = Int(arguments[2]),
    let steps = Int(arguments[3])
  else { Bench.usage() }
  let task = try QLearningTask(grid: grid, actions: actions, steps: steps)
  switch arguments[0] {
  case "swift": task.train()
  case "c": task.reference(two: false)
  case "c-two": task.reference(two: true)
  default: Bench.usage()
  }
}

func timed(_ clock: () -> Double, _ body: () -> Void) -> Double {
  let began = clock()
  body()
  return clock() - began
}

/// The training of `configs/qlearn.yaml` at a size.
struct QLearningTask {
  let configuration: ExperimentConfiguration
  let tables: SimulationTables
  let referenceGame: ReferenceGame
  let steps: Int

  init(grid: Int, actions: Int, steps: Int? = nil) throws {
    let root =
      ProcessInfo.processInfo.environment["BENCH_ROOT"] ?? FileManager.default.currentDirectoryPath
    var overrides = ["game.parameters.grid=\(grid)", "game.parameters.actions=\(actions)"]
    if let steps { overrides.append("training.steps=\(steps)") }
    configuration = try ExperimentConfiguration(
      path: "\(root)/configs/qlearn.yaml", overrides: overrides,
      needs: [.game, .learner, .training, .evaluation])
    tables = SimulationTables(configuration.game)
    referenceGame = ReferenceGame(configuration.game)
    self.steps = configuration.resolved.group("training")!.integer("steps")
  }

  /// As `lab train` does it, without files and verdicts.
  private func trained(seed: UInt64) -> TrainingLoop<QLearning> {
    let training = configuration.resolved.group("training")!
    let simulator = Simulator(
      tables, start: EpisodeStart(rawValue: training.text("start"))!,
      episodeLength: training.integer("episode"))
    let learners = (0..<configuration.game.playerCount).map {
      try! QLearning(
        configuration.resolved.group("learner")!, game: configuration.game, player: $0,
        steps: steps)
    }
    var loop = TrainingLoop(
      simulator: simulator, learners: learners, steps: steps, seed: seed,
      generator: configuration.generator)
    while loop.step < steps { loop.run(until: min(steps, loop.step + 1 << 18)) }
    return loop
  }

  func train() { _ = trained(seed: configuration.seed) }

  /// Independent seeds on as many threads; every run has tables and streams of its own. Returns
  /// the mean processor time of a seed.
  func trainConcurrently(_ count: Int) -> Double {
    let times = UnsafeMutableBufferPointer<Double>.allocate(capacity: count)
    defer { times.deallocate() }
    nonisolated(unsafe) let (task, own) = (self, times)
    DispatchQueue.concurrentPerform(iterations: count) { k in
      own[k] = timed(threadSeconds) {
        _ = task.trained(seed: task.configuration.seed + UInt64(k))
      }
    }
    return times.reduce(0, +) / Double(count)
  }

  /// The same with the reference: how much of two cores is to be had on this machine now.
  func referenceConcurrently(_ count: Int) {
    nonisolated(unsafe) let task = self
    DispatchQueue.concurrentPerform(iterations: count) { _ in task.reference(two: false) }
  }

  func reference(two: Bool) { ReferenceRun(self, two: two).discard() }

  /// Whether both reference kernels end with our tables, visits and rewards, bit for bit.
  func isSameAsReference() -> Bool {
    let loop = trained(seed: configuration.seed)
    return [false, true].allSatisfy { two in
      let run = ReferenceRun(self, two: two)
      defer { run.discard() }
      return run.agrees(with: loop)
    }
  }
}

/// One run of the reference and what it leaves behind.
private final class ReferenceRun {
  private var result = reference_result()
  private let entries: [Int]
  private var values: [UnsafeMutablePointer<Double>] = []
  private var visits: [UnsafeMutablePointer<Int>] = []
  private var greedyVisits: [UnsafeMutablePointer<Int>] = []
  private var rewardSums: [Double] = []

  init(_ task: QLearningTask, two: Bool) {
    let set = task.configuration.resolved
    let learner = set.group("learner")!
    let epsilon = learner.group("exploration")!.group("epsilon")!
    precondition(
      set.group("training")!.text("start") == "uniform"
        && InitialValues(learner) == .constant(0)
        && learner.group("step_size")!.kind == "power" && epsilon.kind == "linear"
        && learner.group("step_size")!.real("scale") == 1,
      "the reference knows only what configs/qlearn.yaml asks for")
    var training = reference_training(
      steps: task.steps, episode: set.group("training")!.integer("episode"),
      exponent: learner.group("step_size")!.real("exponent"),
      epsilon_from: epsilon.real("from"), epsilon_to: epsilon.real("to"),
      epsilon_share: epsilon.real("share"), step_size: 0, decay: 0, patience: 0)
    let seed = task.configuration.seed
    let players = task.configuration.game.playerCount
    var streams = [reference_taus2(seed: seed, role: .environment, index: 0)]
    streams += (0..<players).map { reference_taus2(seed: seed, role: .agent, index: $0) }
    entries = (0..<players).map { task.configuration.game.policyOffsets($0).last! }
    for count in entries {
      values.append(.allocate(capacity: count))
      values.last!.initialize(repeating: 0, count: count)
      visits.append(.allocate(capacity: count))
      visits.last!.initialize(repeating: 0, count: count)
      greedyVisits.append(.allocate(capacity: count))
      greedyVisits.last!.initialize(repeating: 0, count: count)
    }
    withUnsafeMutableBytes(of: &result.values) {
      $0.baseAddress!.assumingMemoryBound(to: UnsafeMutablePointer<Double>.self)
        .update(from: values, count: players)
    }
    withUnsafeMutableBytes(of: &result.visits) {
      $0.baseAddress!.assumingMemoryBound(to: UnsafeMutablePointer<Int>.self)
        .update(from: visits, count: players)
    }
    withUnsafeMutableBytes(of: &result.greedy_visits) {
      $0.baseAddress!.assumingMemoryBound(to: UnsafeMutablePointer<Int>.self)
        .update(from: greedyVisits, count: players)
    }
    var game = task.referenceGame.c
    let code =
      two
      ? reference_q_learning_two(&game, &training, &streams, &result)
      : reference_q_learning(&game, &training, &streams, &result)
    precondition(code == 0, "the reference could not run")
    withUnsafeBytes(of: result.reward_sums) {
      rewardSums = Array($0.bindMemory(to: Double.self).prefix(players))
    }
  }

  /// The part of a loop's snapshot that the reference has too.
  private struct Ours: Decodable {
    struct Learner: Decodable {
      var values: [Double]
      var visits: [Int]
      var greedyVisits: [Int]
    }
    var rewardSums: [Double]
    var learners: [Learner]
  }

  func agrees(with loop: borrowing TrainingLoop<QLearning>) -> Bool {
    let ours = try! JSONDecoder().decode(Ours.self, from: JSONEncoder().encode(loop.snapshot()))
    func bits(_ x: [Double]) -> [UInt64] { x.map(\.bitPattern) }
    return bits(ours.rewardSums) == bits(rewardSums)
      && ours.learners.indices.allSatisfy { player in
        let count = entries[player]
        func array<T>(_ memory: UnsafeMutablePointer<T>) -> [T] {
          Array(UnsafeBufferPointer(start: memory, count: count))
        }
        let learner = ours.learners[player]
        return bits(learner.values) == bits(array(values[player]))
          && learner.visits == array(visits[player])
          && learner.greedyVisits == array(greedyVisits[player])
      }
  }

  func discard() {
    values.forEach { $0.deallocate() }
    visits.forEach { $0.deallocate() }
    greedyVisits.forEach { $0.deallocate() }
  }
}
