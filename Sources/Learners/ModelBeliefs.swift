internal import Agents
internal import Configuration
import Environments
internal import Statistics

/// What a player of a stochastic game who knows the model believes: the law of every rival at every
/// state, and what the future is worth from every state. Copies are the same beliefs.
///
/// The state of fictitious play, whatever its response is.
struct ModelBeliefs {
  /// The game.
  let model: ModelTables
  /// Whose beliefs these are.
  let player: Int
  /// V, one per state.
  let values: UnsafeMutablePointer<Double>
  /// What the last response was worth at every state: what V moves towards.
  let targets: UnsafeMutablePointer<Double>
  /// The beliefs as `ModelTables` takes laws; the player's own entry is never read.
  private let laws: UnsafeMutablePointer<UnsafePointer<Double>>
  /// Beliefs about each rival, flat as its policy; of the player itself, not used.
  private let tables: [UnsafeMutablePointer<Double>]
  private let counts: [Int]
  private let worth: UnsafeMutablePointer<Double>
  private let memory = TableMemory()

  private let beliefStep: ScheduleClock
  private let valueStep: ScheduleClock
  private let prior: Int

  /// The keys `belief_step`, `prior`, `value_step` and `initial`.
  static let parameters: [Parameter] = [
    Parameter(
      "belief_step", Schedule.type(values: .leftOpen(0, 1)),
      .defaulted(Schedule.power(scale: 1, exponent: 1).parameterValue),
      "weight of a round in the beliefs, by round + prior"),
    .integer(
      "prior", 1, 0...1_000_000_000, unit: "rounds",
      "how many rounds the first beliefs count as; with 0 and steps 1/n they are forgotten at once"),
    Parameter(
      "value_step", Schedule.type(values: .leftOpen(0, 1)),
      .defaulted(Schedule.logarithmic(scale: 1).parameterValue),
      "step of the continuation values, by round"),
    FirstLaws.parameter(default: .random, "first beliefs about rivals, at every state"),
  ]

  init(
    _ parameters: ParameterSet, model: ModelTables, player: Int, rounds: Int,
    using stream: inout RandomStream
  ) {
    let initial = FirstLaws(parameters)
    beliefStep = ScheduleClock(Schedule(parameters.group("belief_step")!), total: rounds)
    valueStep = ScheduleClock(Schedule(parameters.group("value_step")!), total: rounds)
    prior = parameters.integer("prior")
    self.model = model
    self.player = player
    let game = model.game
    let memory = memory
    values = memory.block(of: game.stateCount, repeating: 0.0)
    targets = memory.block(of: game.stateCount, repeating: 0.0)
    worth = memory.block(of: game.maximumActionCount, repeating: 0.0)
    counts = (0..<game.playerCount).map { game.policyOffsets($0).last! }
    tables = counts.map { memory.block(of: $0, repeating: 0.0) }
    laws = memory.block(of: tables.count, repeating: UnsafePointer(tables[0]))
    for rival in tables.indices {
      laws[rival] = UnsafePointer(tables[rival])
      guard rival != player else { continue }
      initial.fill(tables[rival], offsets: game.policyOffsets(rival), using: &stream)
    }
  }

  /// Believes that the rivals play as in `point` and that the future is worth what it is there.
  func begin(with point: StartingPoint) {
    for rival in tables.indices where rival != player {
      tables[rival].update(from: point.profile[rival].probabilities, count: counts[rival])
    }
    values.update(from: point.values, count: point.values.count)
    targets.update(from: point.values, count: point.values.count)
  }

  /// V(s) ← V(s) + β (target(s) − V(s)), and σ̂ⱼ ← σ̂ⱼ + α (what j played − σ̂ⱼ) for every rival j.
  ///
  /// - Returns: α, the weight of the round.
  func learn(from play: UnsafePointer<UnsafePointer<Double>>, round: Int) -> Double {
    let rate = valueStep.value(at: round)
    var state = 0
    while state < model.game.stateCount {
      values[state] += rate * (targets[state] - values[state])
      state &+= 1
    }
    let step = beliefStep.value(at: round &+ prior)
    for rival in tables.indices where rival != player {
      let (belief, played) = (tables[rival], play[rival])
      var entry = 0
      while entry < counts[rival] {
        belief[entry] += step * (played[entry] - belief[entry])
        entry &+= 1
      }
    }
    return step
  }

  /// Calls `respond` at every state with what each action is worth under the beliefs and where the
  /// state's law is to be written; what it returns becomes the state's target.
  @inline(__always)
  func respond(
    into law: UnsafeMutablePointer<Double>,
    by respond: (
      _ worth: UnsafePointer<Double>, _ count: Int, _ law: UnsafeMutablePointer<Double>
    ) -> Double
  ) {
    let offsets = model.policyOffsets[player]
    for state in 0..<model.game.stateCount {
      model.actionValues(of: player, at: state, against: laws, values: values, into: worth)
      let first = offsets[state]
      targets[state] = respond(worth, offsets[state &+ 1] &- first, law + first)
    }
  }

  /// The belief about a rival.
  func belief(about rival: Int) -> Policy {
    Policy(
      offsets: model.game.policyOffsets(rival),
      probabilities: array(tables[rival], count: counts[rival]))
  }

  /// Everything that training changes.
  struct Snapshot: Codable, Sendable {
    var values: [Double]
    var targets: [Double]
    var beliefs: [[Double]]
  }

  func snapshot() -> Snapshot {
    let states = model.game.stateCount
    return Snapshot(
      values: array(values, count: states), targets: array(targets, count: states),
      beliefs: tables.indices.map { array(tables[$0], count: counts[$0]) })
  }

  /// Throws `SnapshotError` if the snapshot does not fit.
  func restore(_ snapshot: Snapshot) throws {
    let states = model.game.stateCount
    try requireTable(snapshot.values, count: states)
    try requireTable(snapshot.targets, count: states)
    guard snapshot.beliefs.count == tables.count else {
      throw SnapshotError("a snapshot of beliefs of \(snapshot.beliefs.count) players")
    }
    for (table, count) in zip(snapshot.beliefs, counts) { try requireTable(table, count: count) }
    values.update(from: snapshot.values, count: states)
    targets.update(from: snapshot.targets, count: states)
    for rival in tables.indices {
      tables[rival].update(from: snapshot.beliefs[rival], count: counts[rival])
    }
  }
}
