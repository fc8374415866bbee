import Agents
import CReference
import Configuration
import Environments
import Experiments
import Foundation
import Learners
import Statistics

/// Training runs of `configs/actor-critic.yaml`, ours against the C reference.
func actorCriticBenchmark(_ options: Options) throws {
  var rows: [[String]] = []
  for (grid, actions) in [(11, 5), (21, 9)] {
    let task = try ActorCriticTask(grid: grid, actions: actions)
    let identical = task.isSameAsReference()
    let times = Interleaved(
      rounds: options.rounds(21),
      [
        { timed(threadSeconds) { task.train() } },
        { timed(threadSeconds) { task.reference(two: false) } },
        { timed(threadSeconds) { task.reference(two: true) } },
      ])
    func rate(_ variant: Int) -> String {
      decimal(Double(task.steps) / times.median(variant) / 1e6, 1)
    }
    // Times, so that 1.3 means 1.3 times as long as C.
    func cost(_ reference: Int) -> String {
      Spread(zip(times.times[0], times.times[reference]).map { $0 / $1 }).text
    }
    rows.append([
      "\(grid)×\(actions)", rate(0), rate(1), rate(2), cost(1), cost(2), identical ? "yes" : "NO",
    ])
  }
  print("Million steps a second of one core, whole runs (every step: two players act and learn).\n")
  printTable(
    [
      "size", "ours", "C", "C, two players", "our time / C's", "our time / C's, two players",
      "identical tables",
    ],
    rows)
  print("\nC: \(String(cString: reference_compiler()))")
}

/// As `countedRun`, of actor-critics.
func countedActorCritic(_ arguments: [String]) throws {
  guard arguments.count == 4, let grid = Int(arguments[1]), let actions = Int(arguments[2]),
    let steps = Int(arguments[3])
  else { Bench.usage() }
  let task = try ActorCriticTask(grid: grid, actions: actions, steps: steps)
  switch arguments[0] {
  case "swift": task.train()
  case "c": task.reference(two: false)
  case "c-two": task.reference(two: true)
  default: Bench.usage()
  }
}

/// The training of `configs/actor-critic.yaml` at a size.
struct ActorCriticTask {
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
      path: "\(root)/configs/actor-critic.yaml", overrides: overrides,
      needs: [.game, .learner, .training, .evaluation])
    tables = SimulationTables(configuration.game)
    referenceGame = ReferenceGame(configuration.game)
    self.steps = configuration.resolved.group("training")!.integer("steps")
  }

  /// As `lab train` does it, without files and verdicts.
  private func trained() -> TrainingLoop<ActorCritic> {
    let training = configuration.resolved.group("training")!
    let simulator = Simulator(
      tables, start: EpisodeStart(rawValue: training.text("start"))!,
      episodeLength: training.integer("episode"))
    let learners = (0..<configuration.game.playerCount).map {
      try! ActorCritic(
        configuration.resolved.group("learner")!, game: configuration.game, player: $0,
        steps: steps)
    }
    var loop = TrainingLoop(
      simulator: simulator, learners: learners, steps: steps, seed: configuration.seed,
      generator: configuration.generator)
    while loop.step < steps { loop.run(until: min(steps, loop.step + 1 << 18)) }
    return loop
  }

  func train() { _ = trained() }

  func reference(two: Bool) { _ = ActorCriticReference(self, two: two) }

  /// Whether both reference kernels end with our tables and rewards, bit for bit.
  func isSameAsReference() -> Bool {
    let loop = trained()
    return [false, true].allSatisfy { ActorCriticReference(self, two: $0).agrees(with: loop) }
  }
}

/// One run of the reference and what it leaves behind.
private final class ActorCriticReference {
  private var result = reference_actor_critic_result()
  private var logits: [UnsafeMutableBufferPointer<Double>] = []
  private var values: [UnsafeMutableBufferPointer<Double>] = []
  private var lawSums: [UnsafeMutableBufferPointer<Double>] = []
  private var rewardSums: [Double] = []
  private var lastChanges: [Int] = []

  init(_ task: ActorCriticTask, two: Bool) {
    let set = task.configuration.resolved
    let learner = set.group("learner")!
    func constant(_ name: String) -> Double {
      let schedule = learner.group(name)!
      precondition(schedule.kind == "constant", "the reference knows constant steps only")
      return schedule.real("value")
    }
    precondition(
      set.group("training")!.text("start") == "uniform" && constant("entropy") == 0
        && learner.group("advantage")!.kind == "td" && learner.real("initial_value") == 0
        && !learner.boolean("discount_updates"),
      "the reference knows only what configs/actor-critic.yaml asks for")
    var training = reference_actor_critic(
      steps: task.steps, episode: set.group("training")!.integer("episode"),
      actor_step: constant("actor_step"), critic_step: constant("critic_step"))
    let game = task.configuration.game
    let (seed, players) = (task.configuration.seed, game.playerCount)
    var streams = [reference_taus2(seed: seed, role: .environment, index: 0)]
    streams += (0..<players).map { reference_taus2(seed: seed, role: .agent, index: $0) }
    func zeros(_ count: Int) -> UnsafeMutableBufferPointer<Double> {
      let block = UnsafeMutableBufferPointer<Double>.allocate(capacity: count)
      block.initialize(repeating: 0)
      return block
    }
    for player in 0..<players {
      let entries = game.policyOffsets(player).last!
      logits.append(zeros(entries))
      values.append(zeros(game.stateCount))
      lawSums.append(zeros(entries))
    }
    func install<T>(
      _ blocks: [UnsafeMutableBufferPointer<Double>], _ field: inout T
    ) {
      withUnsafeMutableBytes(of: &field) {
        $0.baseAddress!.assumingMemoryBound(to: UnsafeMutablePointer<Double>.self)
          .update(from: blocks.map { $0.baseAddress! }, count: blocks.count)
      }
    }
    install(logits, &result.logits)
    install(values, &result.values)
    install(lawSums, &result.law_sums)
    var layout = task.referenceGame.c
    let code =
      two
      ? reference_actor_critic_two(&layout, &training, &streams, &result)
      : reference_actor_critic_any(&layout, &training, &streams, &result)
    precondition(code == 0, "the reference could not run")
    withUnsafeBytes(of: result.reward_sums) {
      rewardSums = Array($0.bindMemory(to: Double.self).prefix(players))
    }
    withUnsafeBytes(of: result.last_changes) {
      lastChanges = Array($0.bindMemory(to: Int.self).prefix(players))
    }
  }

  deinit { for block in logits + values + lawSums { block.deallocate() } }

  /// The part of a loop's snapshot that the reference has too.
  private struct Ours: Decodable {
    struct Learner: Decodable {
      var core: Core
    }
    struct Core: Decodable {
      var logits: [Double]
      var values: [Double]
      var lawSums: [Double]
      var lastModeChange: Int
    }
    var rewardSums: [Double]
    var learners: [Learner]
  }

  func agrees(with loop: borrowing TrainingLoop<ActorCritic>) -> Bool {
    let ours = try! JSONDecoder().decode(Ours.self, from: JSONEncoder().encode(loop.snapshot()))
    func bits(_ x: some Sequence<Double>) -> [UInt64] { x.map(\.bitPattern) }
    return bits(ours.rewardSums) == bits(rewardSums)
      && ours.learners.indices.allSatisfy { player in
        let learner = ours.learners[player].core
        return bits(learner.logits) == bits(logits[player])
          && bits(learner.values) == bits(values[player])
          && bits(learner.lawSums) == bits(lawSums[player])
          && learner.lastModeChange == lastChanges[player]
      }
  }
}
