internal import Agents
internal import Configuration

/// The keys that learners with a softmax actor share, each meaning the same to all of them.
enum GradientSettings {
  static func actorStep(_ value: Double, _ meaning: String = "step size of the logits, by step")
    -> Parameter
  {
    Parameter(
      "actor_step", Schedule.type(values: .nonnegative),
      .defaulted(Schedule.constant(value).parameterValue), meaning)
  }

  static let criticStep = Parameter(
    "critic_step", Schedule.type(values: .closed(0, 1)),
    .defaulted(Schedule.constant(0.1).parameterValue),
    "step size of the state values, by step; 0 leaves them as they begin")

  static let entropy = Parameter(
    "entropy", Schedule.type(values: .nonnegative),
    .defaulted(Schedule.constant(0).parameterValue), unit: "payoff",
    "weight of the law's entropy at each state, by step: the temperature of the logit equilibrium "
      + "where learning rests")

  static let initialValue = Parameter.real(
    "initial_value", 0, .any, unit: "payoff", "first state values")

  static let discountsUpdates = Parameter(
    "discount_updates", .boolean, .defaulted(.boolean(false)),
    "weigh the actor's update t steps into an episode by discount^t, as the gradient from the first "
      + "state's law demands")
}

/// A schedule of entropy weights, and whether it is anything but 0.
struct EntropyWeight {
  let clock: ScheduleClock
  let isOn: Bool

  init(_ parameters: ParameterSet, total: Int) {
    let schedule = Schedule(parameters.group("entropy")!)
    clock = ScheduleClock(schedule, total: total)
    isOn = schedule != .constant(0)
  }

  @inline(__always)
  func value(at t: Int) -> Double { isOn ? clock.value(at: t) : 0 }

  /// For the log: nil if there is none.
  func logged(at t: Int) -> Double? { isOn ? clock.value(at: t) : nil }
}

/// A critic: V(s), one number per state. Copies are the same table.
struct StateValues {
  let values: UnsafeMutablePointer<Double>
  private let count: Int
  private let memory = TableMemory()

  init(_ count: Int, initial: Double) {
    self.count = count
    values = memory.block(of: count, repeating: initial)
  }

  var snapshot: [Double] { Array(UnsafeBufferPointer(start: values, count: count)) }

  func restore(_ saved: [Double]) throws {
    try requireTable(saved, count: count)
    values.update(from: saved, count: count)
  }
}
