internal import Agents
internal import Environments
internal import Foundation
internal import Statistics

/// Tabular Q-learning of one agent at a frozen m (Light, Eq. 5, with the maximum over the actions
/// feasible at the next state):
///
///     Q(x, a) ← Q(x, a) + γ(n(x, a)) (π(x, a, m) + β max_ã Q(x', ã) − Q(x, a)),   x' ~ P(· | x, a, m)
///
/// with n the updates of the pair, this one included. Play goes in episodes, each beginning at a state
/// drawn from all alike; nothing ends with them, so every target bootstraps. Cost: two
/// uniforms and a few loads an update; nothing is allocated while it runs.
struct FrozenQLearning {
  /// How actions are chosen while learning.
  enum Exploration: Equatable {
    /// Every action alike.
    case uniform
    /// Any action with probability ε = max(to, from · decayᵉ) in episode e = 0, 1, …, otherwise
    /// the greedy one.
    case greedy(from: Double, to: Double, decay: Double)
  }

  struct Settings: Equatable {
    var step = Schedule.power(scale: 1, exponent: 0.7)
    var exploration = Exploration.uniform
    /// Steps of an episode.
    var episode = 100
    /// The last transitions kept, and how many of them are learned from at every step; none for
    /// learning from each transition once, as it happens.
    var replay: (size: Int, batch: Int)?
    var initialValue = 0.0

    static func == (a: Settings, b: Settings) -> Bool {
      a.step == b.step && a.exploration == b.exploration && a.episode == b.episode
        && a.replay?.size == b.replay?.size && a.replay?.batch == b.replay?.batch
        && a.initialValue == b.initialValue
    }
  }

  let settings: Settings
  let world: FrozenWorld
  /// Q̂, with the greedy action of each state.
  let table: ActionValueTable
  /// Updates of each row.
  let visits: UnsafeMutablePointer<Int>
  private let memory = TableMemory()
  private let replayed: UnsafeMutablePointer<(row: Int32, next: Int32)>
  private var steps = 0
  private var state = 0
  private var episode = 0
  /// Updates made since `begin`.
  private(set) var updates = 0

  init(_ settings: Settings, world: FrozenWorld) {
    self.settings = settings
    self.world = world
    table = ActionValueTable(offsets: world.layout.rowOffsets, initial: 0)
    visits = memory.block(of: world.layout.rowCount, repeating: 0)
    replayed = memory.block(of: settings.replay?.size ?? 1, repeating: (row: 0, next: 0))
  }

  /// Forgets everything.
  mutating func begin() {
    table.restore(
      values: [Double](repeating: settings.initialValue, count: table.entryCount),
      lastGreedyChange: 0)
    visits.update(repeating: 0, count: table.entryCount)
    (steps, state, episode, updates) = (0, 0, 0, 0)
  }

  /// Makes `count` steps of experience more.
  ///
  /// - Parameter step: γ by updates of the pair.
  mutating func run(_ count: Int, step: ScheduleTable, using stream: inout RandomStream) {
    switch (settings.exploration, settings.replay) {
    case (.uniform, nil): runUniform(count, step: step, using: &stream)
    default: runAny(count, step: step, using: &stream)
    }
  }

  /// The path that is worth being fast: uniform exploration, each transition learned from once.
  private mutating func runUniform(
    _ count: Int, step: ScheduleTable, using stream: inout RandomStream
  ) {
    let (world, table, visits) = (world, table, visits)
    let length = settings.episode
    var x = state
    var left = steps % length == 0 ? 0 : length - steps % length
    var k = 0
    while k < count {
      if left == 0 {
        x = stream.index(below: world.stateCount)
        left = length
      }
      left &-= 1
      let first = Int(world.rowOffsets[x])
      let action = Int(stream.uniform() * Double(Int(world.rowOffsets[x &+ 1]) &- first))
      let row = first &+ action
      let next = world.moves.draw(row, using: &stream)
      Self.update(
        row, x, action, next, world: world, table: table, visits: visits, step: step)
      x = next
      k &+= 1
    }
    state = x
    steps += count
    updates += count
  }

  private mutating func runAny(
    _ count: Int, step: ScheduleTable, using stream: inout RandomStream
  ) {
    let (world, table, visits) = (world, table, visits)
    var epsilon = rate(of: max(episode - 1, 0))
    for _ in 0..<count {
      if steps % settings.episode == 0 {
        state = stream.index(below: world.stateCount)
        epsilon = rate(of: episode)
        episode += 1
      }
      steps += 1
      let action =
        stream.uniform() < epsilon
        ? stream.index(below: table.actionCount(at: state)) : table.greedy[state]
      let row = table.entry(state, action)
      let next = world.moves.draw(row, using: &stream)
      if let replay = settings.replay {
        replayed[(steps - 1) % replay.size] = (row: Int32(row), next: Int32(next))
        let stored = min(steps, replay.size)
        if stored >= replay.batch {
          for _ in 0..<replay.batch {
            let drawn = replayed[stream.index(below: stored)]
            let from = Int(world.layout.stateOfRow[Int(drawn.row)])
            Self.update(
              Int(drawn.row), from, Int(drawn.row) - Int(world.rowOffsets[from]),
              Int(drawn.next), world: world, table: table, visits: visits, step: step)
          }
          updates += replay.batch
        }
      } else {
        Self.update(
          row, state, action, next, world: world, table: table, visits: visits, step: step)
        updates += 1
      }
      state = next
    }
  }

  private func rate(of episode: Int) -> Double {
    guard case .greedy(let from, let to, let decay) = settings.exploration else { return 1 }
    return max(to, from * pow(decay, Double(episode)))
  }

  /// One update of Eq. 5.
  @inline(__always)
  private static func update(
    _ row: Int, _ state: Int, _ action: Int, _ next: Int, world: FrozenWorld,
    table: ActionValueTable, visits: UnsafeMutablePointer<Int>, step: ScheduleTable
  ) {
    let count = visits[row] &+ 1
    visits[row] = count
    let old = table.values[row]
    let target = world.payoffs[row] + world.discount * table.best[next]
    table.assign(
      state, action, entry: row, old + step.value(at: count) * (target - old), time: count)
  }
}
