import Agents
import Dispatch
import Testing

private let schedules: [Schedule] = [
  .constant(0.2), .linear(from: 0.3, to: 0.1, share: 0.9), .linear(from: 0, to: 1, share: 1),
  .exponential(from: 1, to: 0.01, share: 0.5), .decay(from: 1, rate: 1e-7),
  .power(scale: 0.7, exponent: 0.6), .logarithmic(scale: 0.9),
]

@Test func `a clock gives the schedule's bits, in order, ahead and back`() {
  for schedule in schedules {
    let total = 1_000_003
    let clock = ScheduleClock(schedule, total: total)
    func check(_ t: Int) {
      #expect(clock.value(at: t).bitPattern == schedule.value(at: t, of: total).bitPattern)
    }
    for t in 0..<1000 { check(t) }
    for t in [total - 70, total, total + 1, 3, 2, 64, 63, 1 << 40] { check(t) }
  }
}

/// Eight tables of one schedule on several threads, each asking for other counts first.
@Test func `tables of one schedule may extend what they share at the same time`() {
  let schedule = Schedule.power(scale: 0.9, exponent: 0.61)
  let total = 200_000
  let wrong = (0..<8).map { _ in UnsafeMutablePointer<Int>.allocate(capacity: 1) }
  defer { wrong.forEach { $0.deallocate() } }
  nonisolated(unsafe) let counts = wrong
  DispatchQueue.concurrentPerform(iterations: 8) { k in
    let table = ScheduleTable(schedule, total: total)
    var differing = 0
    for step in 0..<20_000 {
      let t = (step * 37 + k * 5003) % total
      let expected = schedule.value(at: t, of: total)
      if table.value(at: t).bitPattern != expected.bitPattern { differing += 1 }
    }
    counts[k].pointee = differing
  }
  #expect(wrong.map(\.pointee) == [Int](repeating: 0, count: 8))
}

@Test func `tables of different totals do not share`() {
  let schedule = Schedule.linear(from: 1, to: 0, share: 1)
  let (short, long) = (ScheduleTable(schedule, total: 10), ScheduleTable(schedule, total: 100))
  #expect(short.value(at: 5) == 0.5)
  #expect(long.value(at: 5) == 0.95)
}

/// Two seats in turn at the same counts, the second at its own where the schedules differ.
@Test func `clocks are shared by equal schedules only`() {
  let schedule = Schedule.decay(from: 1, rate: 1e-4)
  let first = ScheduleClock(schedule, total: 10_000)
  for other in [schedule, .decay(from: 1, rate: 2e-4), .linear(from: 1, to: 0, share: 1)] {
    for total in [10_000, 20_000] {
      let second = ScheduleClock(other, total: total).shared(with: first)
      for t in 0..<300 {
        #expect(first.value(at: t) == schedule.value(at: t, of: 10_000))
        #expect(second.value(at: t) == other.value(at: t, of: total))
      }
    }
  }
}

@Test func `a constant is the same at any count`() {
  let table = ScheduleTable(.constant(0.15), total: 3_000_000)
  for t in [0, 1, 1023, 1024, 1 << 20, 3_000_000, 1 << 40] { #expect(table.value(at: t) == 0.15) }
}
