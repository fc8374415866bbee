public import Configuration
import Foundation
import Synchronization

/// A number that changes over training or over visits.
///
/// - `constant`: v.
/// - `linear`: from a to b over the first `share` of training, then b.
/// - `exponential`: a (b/a)^(t/T) over the first `share` of training, then b; a, b > 0.
/// - `decay`: a exp(−rate · t).
/// - `power`: scale · n^(−exponent), for n = 1, 2, …: the form whose sums satisfy
///   Σ α = ∞, Σ α² < ∞ for exponents in (1/2, 1] (Robbins and Monro 1951).
/// - `logarithmic`: scale / (1 + log(n + 1)), for n = 1, 2, …: falls more slowly than any power.
public enum Schedule: Sendable, Hashable {
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
  /// Falls as a logarithm of the count.
  case logarithmic(scale: Double)

  /// The value at count t of `total`. For `power` and `logarithmic`, t is floored at 1.
  public func value(at t: Int, of total: Int) -> Double {
    switch self {
    case .constant(let value): return value
    case .linear(let from, let to, let share):
      return Self.line(from, to, Double(t) / (share * Double(max(total, 1))))
    case .exponential(let from, let to, let share):
      let progress = Double(t) / (share * Double(max(total, 1)))
      return progress >= 1 ? to : from * pow(to / from, progress)
    case .decay(let from, let rate): return from * exp(-rate * Double(t))
    case .power(let scale, let exponent):
      return scale * pow(Double(max(t, 1)), -exponent)
    case .logarithmic(let scale): return scale / (1 + log(Double(max(t, 1)) + 1))
    }
  }

  /// The values at counts first ..< first + count, to the same bits as `value(at:of:)`.
  func fill(
    _ values: UnsafeMutablePointer<Double>, from first: Int, count: Int, of total: Int
  ) {
    if case .linear(let from, let to, let share) = self {
      // The usual schedule of every step: two or four at once. The sum of the counts is exact.
      let span = share * Double(max(total, 1))
      let start = Double(first)
      var k: Int32 = 0
      while k < Int32(count) {
        values[Int(k)] = Self.line(from, to, (start + Double(k)) / span)
        k &+= 1
      }
      return
    }
    for k in 0..<count { values[k] = value(at: first &+ k, of: total) }
  }

  @inline(__always)
  private static func line(_ from: Double, _ to: Double, _ progress: Double) -> Double {
    progress >= 1 ? to : from + (to - from) * progress
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
        Variant(
          "logarithmic", "scale / (1 + log(n + 1))",
          [.real("scale", 1, positive, "value before the first count")]),
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
    case "logarithmic": self = .logarithmic(scale: set.real("scale"))
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
    case .logarithmic(let scale):
      set.set("kind", .text("logarithmic"))
      set.set("scale", .real(scale))
    }
    return .group(set)
  }
}

/// The values of a schedule by count, computed when first wanted and then looked up: for counts
/// that come in any order, such as the visits of a pair.
///
/// A power costs tens of nanoseconds, as much as the rest of a learning step, so all tables of one
/// schedule share what any of them has computed, between threads too. Counts from 2²⁰ on are
/// computed every time, to the same bits. A table itself, and its copies, belong to one thread.
public struct ScheduleTable {
  @usableFromInline let values: UnsafePointer<Double>
  /// What of a count is looked up: all of it, or nothing of a constant, whose one value then stays
  /// in the cache.
  @usableFromInline let mask: Int
  /// Counts below this may be read from `values`.
  @usableFromInline let known: UnsafeMutablePointer<Int>
  @usableFromInline let source: Source
  private let memory = TableMemory()

  /// Prepares counts 0 ... total of a schedule over `total`.
  public init(_ schedule: Schedule, total: Int) {
    source = Source.shared(schedule, total: total)
    if case .constant = schedule { mask = 0 } else { mask = -1 }
    values = UnsafePointer(source.values)
    known = memory.block(of: 1, repeating: 0)
  }

  /// The schedule.
  public var schedule: Schedule { source.schedule }

  /// The value at count t ≥ 0.
  @inlinable @inline(__always)
  public func value(at t: Int) -> Double {
    let k = t & mask
    return UInt(bitPattern: k) < UInt(bitPattern: known.pointee)
      ? values[k] : source.value(at: k, known: known)
  }

  /// The values that tables of one schedule share. Once written a value never changes, nor does
  /// it move: the room for all of them is there from the start, though untouched memory costs none.
  @usableFromInline final class Source: @unchecked Sendable {
    let schedule: Schedule
    let total: Int
    let limit: Int
    let values: UnsafeMutablePointer<Double>
    private let filled = Mutex(0)

    private init(_ schedule: Schedule, total: Int) {
      self.schedule = schedule
      self.total = total
      limit = min(total + 1, 1 << 20)
      values = .allocate(capacity: limit)
    }

    deinit { values.deallocate() }

    private struct Key: Hashable {
      var schedule: Schedule
      var total: Int
    }

    private struct Holder {
      weak var source: Source?
    }

    private static let all = Mutex<[Key: Holder]>([:])

    /// The one source of a schedule as long as any table uses it.
    static func shared(_ schedule: Schedule, total: Int) -> Source {
      all.withLock { sources in
        let key = Key(schedule: schedule, total: total)
        if let source = sources[key]?.source { return source }
        sources = sources.filter { $0.value.source != nil }
        let source = Source(schedule, total: total)
        sources[key] = Holder(source: source)
        return source
      }
    }

    /// The value at a count that a table does not know yet. It then knows all that are there.
    @usableFromInline @inline(never)
    func value(at t: Int, known: UnsafeMutablePointer<Int>) -> Double {
      precondition(t >= 0, "counts are not negative")
      guard t < limit else { return schedule.value(at: t, of: total) }
      known.pointee = filled.withLock { filled in
        if t >= filled {
          let count = min((t | 1023) + 1, limit)
          schedule.fill(values + filled, from: filled, count: count - filled, of: total)
          filled = count
        }
        return filled
      }
      return values[t]
    }
  }
}

/// The values of a schedule by count, for counts that rise one by one, such as the steps of
/// training: computed 64 at a time, so that a look-up stays in the cache however long
/// training is. Any count may be asked for; going back costs a block.
///
/// Copies share the block; not for several threads at once.
public struct ScheduleClock {
  @usableFromInline let block: UnsafeMutablePointer<Block>
  @usableFromInline let source: Source

  /// Prepares a schedule over `total` counts.
  public init(_ schedule: Schedule, total: Int) {
    source = Source(schedule, total: total)
    let values = source.memory.block(of: Block.length, repeating: 0.0)
    block = source.memory.block(of: 1, repeating: Block(first: 0, values: values))
    source.fill(block, from: 0)
  }

  /// The schedule.
  public var schedule: Schedule { source.schedule }

  /// `other`, if it looks up the same: two clocks that are asked for the same counts in turn then
  /// compute every value once. Otherwise this one.
  public func shared(with other: ScheduleClock) -> ScheduleClock {
    source.schedule == other.source.schedule && source.total == other.source.total ? other : self
  }

  /// The value at count t ≥ 0.
  @inlinable @inline(__always)
  public func value(at t: Int) -> Double {
    let k = t &- block.pointee.first
    if UInt(bitPattern: k) >= UInt(bitPattern: Block.length) {
      source.fill(block, from: t)
      return block.pointee.values[0]
    }
    return block.pointee.values[k]
  }

  /// Counts first ..< first + length with their values.
  @usableFromInline struct Block: BitwiseCopyable {
    @usableFromInline static var length: Int { 64 }
    @usableFromInline var first: Int
    @usableFromInline var values: UnsafeMutablePointer<Double>
  }

  /// Where blocks come from.
  @usableFromInline final class Source {
    let schedule: Schedule
    let total: Int
    let memory = TableMemory()

    init(_ schedule: Schedule, total: Int) {
      self.schedule = schedule
      self.total = total
    }

    @usableFromInline @inline(never)
    func fill(_ block: UnsafeMutablePointer<Block>, from first: Int) {
      precondition(first >= 0, "counts are not negative")
      block.pointee.first = first
      let values = block.pointee.values
      schedule.fill(values, from: first, count: Block.length, of: total)
    }
  }
}
