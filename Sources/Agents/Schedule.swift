public import Configuration
import Foundation

/// A number that changes over training or over visits.
///
/// - `constant`: v.
/// - `linear`: from a to b over the first `share` of training, then b.
/// - `exponential`: a (b/a)^(t/T) over the first `share` of training, then b; a, b > 0.
/// - `decay`: a exp(−rate · t).
/// - `power`: scale · n^(−exponent), for n = 1, 2, …: the form whose sums satisfy
///   Σ α = ∞, Σ α² < ∞ for exponents in (1/2, 1] (Robbins and Monro 1951).
public enum Schedule: Sendable, Equatable {
  /// Always the same.
  case constant(Double)
  /// A straight line over training.
  case linear(from: Double, to: Double, share: Double)
  /// A geometric path over training.
  case exponential(from: Double, to: Double, share: Double)
  /// Exponential decay at a rate per step.
  case decay(from: Double, rate: Double)
  /// A power of the count.
  case power(scale: Double, exponent: Double)

  /// The value at count t of `total`. For `power`, t is floored at 1.
  public func value(at t: Int, of total: Int) -> Double {
    switch self {
    case .constant(let value): return value
    case .linear(let from, let to, let share):
      let progress = Double(t) / (share * Double(max(total, 1)))
      return progress >= 1 ? to : from + (to - from) * progress
    case .exponential(let from, let to, let share):
      let progress = Double(t) / (share * Double(max(total, 1)))
      return progress >= 1 ? to : from * pow(to / from, progress)
    case .decay(let from, let rate): return from * exp(-rate * Double(t))
    case .power(let scale, let exponent):
      return scale * pow(Double(max(t, 1)), -exponent)
    }
  }

  /// How a schedule is written in configurations; a bare number is `constant`.
  ///
  /// - Parameter range: what its values must lie in.
  public static func type(values range: RealRange) -> ParameterType {
    let positive = RealRange.leftOpen(0, range.high)
    let share = Parameter.real("share", 1, .leftOpen(0, 1), "share of training it takes")
    func value(_ name: String, _ range: RealRange, _ meaning: String) -> Parameter {
      Parameter(name, .real(range), .required, meaning)
    }
    return .variant(
      [
        Variant("constant", "always the same", [value("value", range, "the value")]),
        Variant(
          "linear", "a straight line, then level",
          [value("from", range, "first value"), value("to", range, "last value"), share]),
        Variant(
          "exponential", "a geometric path, then level",
          [value("from", positive, "first value"), value("to", positive, "last value"), share]),
        Variant(
          "decay", "from × exp(−rate × step)",
          [
            value("from", range, "first value"),
            value("rate", .nonnegative, "rate per step"),
          ]),
        Variant(
          "power", "scale × n^−exponent",
          [
            .real("scale", 1, positive, "value at n = 1"),
            .real("exponent", 0.6, .closed(0, 4), "exponent of the count n"),
          ]),
      ], shorthand: "constant")
  }

  /// Reads a resolved schedule.
  public init(_ set: ParameterSet) {
    switch set.kind {
    case "constant": self = .constant(set.real("value"))
    case "linear":
      self = .linear(from: set.real("from"), to: set.real("to"), share: set.real("share"))
    case "exponential":
      self = .exponential(from: set.real("from"), to: set.real("to"), share: set.real("share"))
    case "decay": self = .decay(from: set.real("from"), rate: set.real("rate"))
    case "power": self = .power(scale: set.real("scale"), exponent: set.real("exponent"))
    default: preconditionFailure("no schedule \(set.kind)")
    }
  }

  /// The schedule as a resolved default.
  public var parameterValue: ParameterValue {
    var set = ParameterSet()
    switch self {
    case .constant(let value):
      set.set("kind", .text("constant"))
      set.set("value", .real(value))
    case .linear(let from, let to, let share):
      set.set("kind", .text("linear"))
      set.set("from", .real(from))
      set.set("to", .real(to))
      set.set("share", .real(share))
    case .exponential(let from, let to, let share):
      set.set("kind", .text("exponential"))
      set.set("from", .real(from))
      set.set("to", .real(to))
      set.set("share", .real(share))
    case .decay(let from, let rate):
      set.set("kind", .text("decay"))
      set.set("from", .real(from))
      set.set("rate", .real(rate))
    case .power(let scale, let exponent):
      set.set("kind", .text("power"))
      set.set("scale", .real(scale))
      set.set("exponent", .real(exponent))
    }
    return .group(set)
  }
}

/// The values of a schedule by count, computed once and then looked up.
///
/// Powers and exponentials cost tens of nanoseconds each, as much as the rest of a learning step;
/// counts beyond the table are computed when asked for, to the same bits.
public final class ScheduleTable: @unchecked Sendable {
  /// The schedule.
  public let schedule: Schedule
  private let total: Int
  private let count: Int
  private let values: UnsafeMutablePointer<Double>

  /// Tabulates counts 0 ..< min(total + 1, 2²⁰).
  public init(_ schedule: Schedule, total: Int) {
    self.schedule = schedule
    self.total = total
    count = min(total + 1, 1 << 20)
    values = .allocate(capacity: count)
    for t in 0..<count { values[t] = schedule.value(at: t, of: total) }
  }

  deinit { values.deallocate() }

  /// The value at count t ≥ 0.
  public func value(at t: Int) -> Double {
    precondition(t >= 0, "counts are not negative")
    return t < count ? values[t] : schedule.value(at: t, of: total)
  }
}
