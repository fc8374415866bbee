import Synchronization
import Testing

@testable import Equilibria

@Suite struct EarlyStopTests {
  private struct Failure: Error, Equatable { let number: Int }

  @Test func `nothing stops what nobody stops`() throws {
    var early = EarlyStop(seconds: nil, isCancelled: { false })
    let isDue = early.isDue()
    #expect(!isDue && early.status == .limit)
    try early.check()
    // An hour is not over yet.
    var long = EarlyStop(seconds: 3600, isCancelled: { false })
    let isOver = long.isDue()
    #expect(!isOver)
  }

  @Test func `the clock ends a search as a limit does`() throws {
    var early = EarlyStop(seconds: 0, isCancelled: { false })
    let isDue = early.isDue()
    #expect(isDue && !early.wasCancelled && early.status == .limit)
    try early.check()
  }

  /// The caller is asked no more once it has said so.
  @Test func `a caller that cancelled once has cancelled`() throws {
    let asked = Atomic(0)
    var early = EarlyStop(seconds: nil) { asked.add(1, ordering: .relaxed).newValue == 2 }
    let answers = (0..<3).map { _ in early.isDue() }
    #expect(answers == [false, true, true])
    #expect(early.wasCancelled && early.status == .interrupted)
    #expect(asked.load(ordering: .relaxed) == 2)
    try early.check()
  }

  @Test func `the first error is the one that counts`() {
    var early = EarlyStop(seconds: nil, isCancelled: { false })
    early.fail(Failure(number: 1))
    early.fail(Failure(number: 2))
    let isDue = early.isDue()
    #expect(isDue)
    #expect(throws: Failure(number: 1)) { try early.check() }
  }
}
