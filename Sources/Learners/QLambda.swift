internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Independent Watkins's Q(λ): one step's surprise also corrects the pairs that led there.
///
///     δₜ = rₜ₊₁ + γ cₜ₊₁ maxₐ Q(sₜ₊₁, a) − Q(sₜ, aₜ)
///     e(s, a) ← γ cₜ λ e(s, a)  if aₜ was greedy, else 0;   then e(sₜ, aₜ) as `traces` says:
///       accumulating  e + 1
///       replacing     1
///       dutch         (1 − α) e + 1
///     Q(s, a) ← Q(s, a) + α(n(s, a)) δₜ e(s, a)   for every pair with a trace
///
/// Watkins (1989); Sutton and Barto (1998), figure 7.14; (2018), section 12.10; dutch traces of van
/// Seijen and Sutton (2014). c is the continuation; traces end with the episode. λ = 0 is
/// Q-learning, to the same bits.
///
/// Departures from the book: the step size is that of the corrected pair, by its visits; whether
/// an action was greedy is judged by the table it was chosen from, that is after the update of the
/// step before, ties counting as greedy; a trace below `trace_floor` is dropped, which changes no
/// correction by more than that share of it. Cost per step: O(live traces), at most
/// ln(`trace_floor`)/ln(γλ) + 1 of them with replacing traces and one visit each.
public struct QLambda: ActionValueLearner {
  /// The word in configurations.
  public static let name = "q-lambda"
  /// One line.
  public static let summary = "Watkins's Q(lambda) with eligibility traces"
  /// Step size, traces, exploration and first values.
  public static let parameters: [Parameter] = [
    ActionValueCore.stepSize,
    .real("lambda", 0.8, .closed(0, 1), "share of a trace that is passed on each step"),
    .choice(
      "traces", "replacing", ["accumulating", "replacing", "dutch"],
      "what a visit does to the trace of its pair"),
    .real("trace_floor", 1e-3, .closed(0, 1), "traces below this are dropped"),
    ExplorationRule.parameter, InitialValues.parameter,
  ]

  private enum Kind { case accumulating, replacing, dutch }

  var core: ActionValueCore
  private let stepSize: ScheduleTable
  private let traces: TraceList
  private let kind: Kind
  private let lambda: Double
  private let floor: Double

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    core = try ActionValueCore(parameters, game: game, player: player, steps: steps)
    stepSize = ScheduleTable(Schedule(parameters.group("step_size")!), total: steps)
    traces = TraceList(entries: core.table.entryCount)
    kind =
      switch parameters.text("traces") {
      case "accumulating": .accumulating
      case "dutch": .dutch
      default: .replacing
      }
    lambda = parameters.real("lambda")
    floor = parameters.real("trace_floor")
  }

  /// The greedy action, or an exploring one.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    core.action(at: state, using: &stream)
  }

  /// One step's surprise, passed to every pair with a trace.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    let action = jointAction[core.player]
    let (entry, count) = core.visit(state, action)
    let table = core.table
    let old = table.values[entry]
    if old != table.best[state] { traces.removeAll() }
    let place = traces.place(of: entry, state: state)
    switch kind {
    case .accumulating: traces.values[place] += 1
    case .replacing: traces.values[place] = 1
    case .dutch:
      traces.values[place] = (1 - stepSize.value(at: count)) * traces.values[place] + 1
    }
    let surprise = rewards[core.player] + core.discount * continuation * table.best[nextState] - old
    let fade = core.discount * continuation * lambda
    var k = 0
    while k < traces.count {
      let (pair, origin) = (traces.entries[k], traces.states[k])
      let rate = stepSize.value(at: core.visits.actions[pair])
      let value = table.values[pair] + rate * (surprise * traces.values[k])
      table.assign(origin, pair &- table.entry(origin, 0), entry: pair, value, time: core.updates)
      traces.values[k] *= fade
      // The last trace takes the place of one that is dropped, and its turn.
      if traces.values[k] < floor || traces.values[k] == 0 { traces.remove(k) } else { k &+= 1 }
    }
    if isLast { traces.removeAll() }
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<QLambda>, until last: Int) {
    loop.play(until: last)
  }

  /// The action values, flat, laid out as the player's policy.
  public var actionValues: [Double] { core.table.snapshot }

  /// What training changes: the table and the live traces.
  public struct Snapshot: Codable, Sendable {
    var table: ActionValueSnapshot
    var traces: TraceList.Snapshot
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(table: core.snapshot(), traces: traces.snapshot())
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    try snapshot.traces.check(offsets: core.table.offsets)
    try core.restore(snapshot.table)
    traces.restore(snapshot.traces)
  }
}
