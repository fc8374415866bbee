import Agents
import Configuration
import Foundation
import Testing

/// By hand: the line passes 0.2 at a quarter of 100 steps and is level from half; the geometric
/// path from 1 to 0.01 passes 0.1 half-way; 32^(−0.6) = 2^(−3). The logarithmic ones, 0.5/(1 + log 4) and
/// 1/(1 + log 2), by Python. One rounding or two: 1e-15.
@Test(arguments: [
  (Schedule.constant(0.3), 7, 100, 0.3),
  (.linear(from: 0.3, to: 0.1, share: 0.5), 0, 100, 0.3),
  (.linear(from: 0.3, to: 0.1, share: 0.5), 25, 100, 0.2),
  (.linear(from: 0.3, to: 0.1, share: 0.5), 50, 100, 0.1),
  (.linear(from: 0.3, to: 0.1, share: 0.5), 1000, 100, 0.1),
  (.linear(from: 0, to: 1, share: 1), 3, 4, 0.75),
  (.linear(from: 0, to: 1, share: 1), 1, 0, 1),
  (.exponential(from: 1, to: 0.01, share: 1), 0, 10, 1),
  (.exponential(from: 1, to: 0.01, share: 1), 5, 10, 0.1),
  (.exponential(from: 1, to: 0.01, share: 0.5), 5, 10, 0.01),
  (.exponential(from: 1, to: 0.01, share: 1), 11, 10, 0.01),
  (.decay(from: 2, rate: 0.1), 0, 10, 2), (.decay(from: 2, rate: 0.1), 10, 10, 2 / exp(1)),
  (.power(scale: 1, exponent: 0.6), 0, 10, 1), (.power(scale: 1, exponent: 0.6), 1, 10, 1),
  (.power(scale: 3, exponent: 0.6), 32, 10, 0.375), (.power(scale: 1, exponent: 1), 4, 10, 0.25),
  (.logarithmic(scale: 0.5), 3, 10, 0.20952989209820258),
  (.logarithmic(scale: 1), 0, 10, 0.5906161091496412),
])
func `schedules take the values they have by hand`(
  schedule: Schedule, step: Int, total: Int, value: Double
) {
  #expect(abs(schedule.value(at: step, of: total) - value) <= 1e-15)
}

@Test(arguments: [
  Schedule.constant(0.25), .linear(from: 0.3, to: 0, share: 0.5), .decay(from: 1, rate: 1e-6),
  .exponential(from: 1, to: 0.01, share: 1), .power(scale: 0.5, exponent: 0.75),
  .logarithmic(scale: 0.75),
])
func `a schedule written as a configuration reads back as itself`(schedule: Schedule) throws {
  let parameter = Parameter(
    "rate", Schedule.type(values: .closed(0, 1)), .defaulted(schedule.parameterValue), "a rate")
  let nowhere = Position(source: "test")
  let set = try ParameterSet(nil, declared: [parameter], path: "", position: nowhere)
  #expect(Schedule(try #require(set.group("rate"))) == schedule)
  let again = try ParameterSet(
    DocumentNode(yaml: set.yaml(), source: "test"), declared: [parameter], path: "",
    position: nowhere)
  #expect(Schedule(try #require(again.group("rate"))) == schedule)
}

@Test func `a schedule's values must lie in its range`() {
  let parameter = Parameter("rate", Schedule.type(values: .leftOpen(0, 1)), .required, "a rate")
  for (text, key) in [
    ("rate: 0", "rate.value"), ("rate: {kind: linear, from: 2, to: 0.1}", "rate.from"),
    ("rate: {kind: exponential, from: 1, to: 0}", "rate.to"),
    ("rate: {kind: linear, from: 1, to: 0.1, share: 0}", "rate.share"),
    ("rate: {kind: power, exponent: -1}", "rate.exponent"),
  ] {
    let error = #expect(throws: ConfigurationError.self) {
      _ = try ParameterSet(
        DocumentNode(yaml: text, source: "test"), declared: [parameter], path: "",
        position: Position(source: "test"))
    }
    #expect(error?.key == key)
  }
}

@Test func `a tabulated schedule gives the same bits within and beyond its table`() {
  for schedule in [
    Schedule.power(scale: 0.7, exponent: 0.6), .linear(from: 0.3, to: 0.1, share: 0.9),
    .exponential(from: 1, to: 0.01, share: 1), .decay(from: 1, rate: 1e-7),
  ] {
    let total = 3_000_000
    let table = ScheduleTable(schedule, total: total)
    let limit = 1 << 20
    for step in [0, 1, 2, 1000, limit - 1, limit, limit + 1, total - 1, total, total + 5] {
      #expect(
        table.value(at: step).bitPattern == schedule.value(at: step, of: total).bitPattern)
    }
  }
  let short = ScheduleTable(.power(scale: 1, exponent: 0.6), total: 3)
  #expect(short.value(at: 32) == Schedule.power(scale: 1, exponent: 0.6).value(at: 32, of: 3))
}
