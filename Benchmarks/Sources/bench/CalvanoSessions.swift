import CReference
import Dispatch
import Environments
import Equilibria
import Experiments
import Foundation
import Learners
import Statistics

/// What one session came to.
private struct Session: Sendable {
  var gain: Double
  var price: Double
  var periods: Double
  var cycle: Double
  var converged: Bool
}

extension CalvanoTask {
  /// Plays sessions of ours and of the independent C program, and prints both side by side; the
  /// response of ours to price cuts goes to a folder, if one is given.
  func compare(sessions count: Int, folder: String?) throws {
    nonisolated(unsafe) let task = self
    let began = wallSeconds()
    let ours = concurrently(count) { k -> (Session, [ImpulseResponse]) in
      let loop = task.trained(seed: task.seed + UInt64(k))
      return try! task.judged(loop)
    }
    let seconds = wallSeconds() - began
    let theirs = concurrently(count) { k -> Session in
      let session = calvano_play(UInt(k + 1), task.alpha, task.beta, task.limit)
      return Session(
        gain: session.gain, price: session.price, periods: Double(session.periods),
        cycle: Double(session.cycle), converged: session.converged)
    }
    print(
      "\n\(count) sessions each, 95% intervals over sessions; C is an independent program with "
        + "prices, tables and random numbers of its own. Ours took \(decimal(seconds, 1)) s on "
        + "\(ProcessInfo.processInfo.activeProcessorCount) cores.\n")
    printTable(
      [
        "program", "profit gain", "least", "most", "mean price", "converged", "million periods",
        "cycle length",
      ],
      [try row("ours", ours.map(\.0)), try row("C", theirs)])
    let (a, b) = (try Moments(ours.map(\.0.gain)), try Moments(theirs.map(\.gain)))
    let error = (pow(a.standardError!, 2) + pow(b.standardError!, 2)).squareRoot()
    print(
      "\ndifference of profit gains: \(decimal(a.mean! - b.mean!, 4)), standard error "
        + decimal(error, 4))
    try report(try ImpulseResponseSummary(ours.map(\.1)), folder: folder)
  }

  private func row(_ name: String, _ sessions: [Session]) throws -> [String] {
    func text(_ interval: Interval, _ digits: Int) -> String {
      "\(decimal(interval.estimate, digits)) [\(decimal(interval.low, digits)), "
        + "\(decimal(interval.high, digits))]"
    }
    func mean(_ value: (Session) -> Double, _ digits: Int) throws -> String {
      text(try Moments(sessions.map(value)).interval(), digits)
    }
    let gains = sessions.map(\.gain)
    return [
      name, try mean(\.gain, 3), decimal(gains.min()!, 2), decimal(gains.max()!, 2),
      try mean(\.price, 3),
      text(
        try wilsonInterval(successes: sessions.count(where: \.converged), trials: sessions.count),
        3), try mean({ $0.periods / 1e6 }, 3), try mean(\.cycle, 2),
    ]
  }

  /// Profit gain and prices of the play that learning ended in, and its answers to a price cut of
  /// either firm.
  private func judged(
    _ loop: borrowing TrainingLoop<QLearning>
  ) throws -> (Session, [ImpulseResponse]) {
    let game = configuration.game
    let profile = loop.lastProfile
    let state = loop.currentState!
    let play = try game.longRunPlay(of: profile, fromState: state)
    let figures = Dictionary(
      uniqueKeysWithValues: zip(
        market.measureNames, try market.measures(of: play, in: game)))
    let responses = try (0..<2).map {
      try ImpulseResponse(
        in: game, profile: profile, player: $0, deviation: .staticBestResponse,
        start: play.stateLaw(in: game), periods: 15)
    }
    return (
      Session(
        gain: figures["profit_gain"]!, price: figures["price_mean"]!, periods: Double(loop.step),
        cycle: Double(try game.limitCycle(of: profile, from: state)!.length),
        converged: loop.step - loop.lastPolicyChange >= patience), responses
    )
  }

  /// The response to a price cut as a table, and drawn.
  private func report(_ response: ImpulseResponseSummary, folder: String?) throws {
    print(
      "\nAfter one firm cuts its price once to the best myopic reply, ours; means over both firms:\n"
    )
    func text(_ interval: Interval?) -> String {
      interval.map { "\(decimal($0.estimate, 3)) ± \(decimal(($0.high - $0.low) / 2, 3))" } ?? ""
    }
    printTable(
      [
        "period", "price of the firm that cut", "price of the other", "profit ratio",
        "of the other",
      ],
      response.periods.enumerated().map { period, row in
        [
          "\(period)", text(row.deviator), text(row.rivals), text(row.deviatorPayoffRatio),
          text(row.rivalPayoffRatio),
        ]
      })
    print(
      "\ndiscounted gain from cutting: \(text(response.discountedGain)); it does not pay in a share "
        + "of \(decimal(response.unprofitable.estimate, 3)) of sessions")
    guard let folder else { return }
    let solved = try market.benchmarks()
    let outcome = try Plot.impulseResponse(
      response, title: "A price cut in period 1: \(response.seeds) sessions, mean and 95% interval",
      quantity: "price",
      levels: [.init("joint monopoly", solved.monopoly), .init("Bertrand-Nash", solved.nash)],
      folder: folder, name: "price_cut")
    if case .drawn(let files) = outcome { print("\ndrawn: \(files.joined(separator: ", "))") }
  }
}

/// `body` of 0 ..< count on all cores, results by index.
private func concurrently<Value: Sendable>(
  _ count: Int, _ body: @Sendable (Int) -> Value
) -> [Value] {
  let results = UnsafeMutableBufferPointer<Value?>.allocate(capacity: count)
  results.initialize(repeating: nil)
  defer {
    results.deinitialize()
    results.deallocate()
  }
  nonisolated(unsafe) let own = results
  DispatchQueue.concurrentPerform(iterations: count) { own[$0] = body($0) }
  return results.map { $0! }
}
