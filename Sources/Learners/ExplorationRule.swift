internal import Agents
internal import Configuration
internal import Foundation
internal import Statistics

/// How a learner with action values strays from its greedy action, by updates made.
struct ExplorationRule {
  private var clock: ScheduleClock
  private let isBoltzmann: Bool

  /// The key `exploration`.
  static let parameter = Parameter(
    "exploration", Exploration.type,
    .defaulted(.group(["kind": .text("epsilon-greedy")])),
    "how the agent strays from its greedy action")

  /// Reads the resolved key of a learner's section.
  init(_ parameters: ParameterSet, steps: Int) {
    let rule = Exploration(parameters.group("exploration")!)
    clock = ScheduleClock(rule.schedule, total: steps)
    if case .boltzmann = rule { isBoltzmann = true } else { isBoltzmann = false }
  }

  /// Takes the schedule's table of another rule, if it is of the same schedule.
  mutating func share(with first: ExplorationRule) { clock = clock.shared(with: first.clock) }

  /// ε or the temperature after `time` updates.
  func rate(at time: Int) -> Double { clock.value(at: time) }

  /// The greedy action, or an exploring one: the draws that `Exploration` states.
  @inline(__always)
  func action(
    _ table: ActionValueTable, at state: Int, time: Int, using stream: inout RandomStream
  ) -> Int {
    action(
      table.values + table.entry(state, 0), count: table.actionCount(at: state), time: time,
      using: &stream
    ) { table.greedy[state] }
  }

  /// As above, for a row of action values that `greedy` fills as it finds the greatest. Nothing is
  /// looked up that the action does not depend on.
  @inline(__always)
  func action(
    _ row: @autoclosure () -> UnsafePointer<Double>, count: @autoclosure () -> Int, time: Int,
    using stream: inout RandomStream,
    greedy: () -> Int
  ) -> Int {
    let rate = clock.value(at: time)
    if isBoltzmann {
      let best = greedy()
      return boltzmannAction(
        row(), count: count(), greedy: best, temperature: rate, using: &stream)
    }
    return stream.uniform() < rate ? stream.index(below: count()) : greedy()
  }

  /// Σₐ π(a | s) Q(s, a) under the law that `action` draws from. One pass over the row, two with
  /// temperatures.
  @inline(__always)
  func expectation(_ table: ActionValueTable, at state: Int, time: Int) -> Double {
    let rate = clock.value(at: time)
    let row = UnsafePointer(table.values + table.entry(state, 0))
    let count = table.actionCount(at: state)
    let best = table.best[state]
    if isBoltzmann { return boltzmannMean(row, count: count, best: best, temperature: rate) }
    // As differences from the best: exact where all values agree, and no overflow in the sum.
    var shortfall = 0.0
    var k = 0
    while k < count {
      shortfall += best - row[k]
      k &+= 1
    }
    return best - rate * shortfall / Double(count)
  }
}

/// Σ w(a) Q(a) / Σ w(a) with w(a) = exp((Q(a) − max Q)/τ).
@inline(never)
private func boltzmannMean(
  _ row: UnsafePointer<Double>, count: Int, best: Double, temperature: Double
) -> Double {
  var total = 0.0
  var shortfall = 0.0
  for action in 0..<count {
    let below = best - row[action]
    let weight = exp(-below / temperature)
    total += weight
    // A weight of zero is none, however far below.
    if weight > 0 { shortfall += weight * below }
  }
  return best - shortfall / total
}
