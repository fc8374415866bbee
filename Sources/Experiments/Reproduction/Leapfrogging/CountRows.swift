internal import Environments
internal import Equilibria
internal import Foundation

/// Table 1, and how the number of equilibria grows.
enum CountRows {
  static let groups = [totals, small, five, alternating]

  /// 3 to the number of states.
  private static func stringCount(_ n: Int) -> UInt128 {
    (0..<LeapfroggingPoints(levels: n).count).reduce(1) { product, _ in 3 * product }
  }

  private static let totals = ReproductionGroup("all strings in base three") { _ in
    // The last is printed to five digits of 27.
    [(3, "4782969", 0.0), (4, "3948865611", 0), (5, "1.7445e26", 0.5e22)].map { n, printed, slack in
      let states = LeapfroggingPoints(levels: n).count
      return .figure(
        "total number of selection rules, n = \(n)", "Table 1", printed: printed,
        ours: Double(stringCount(n)), slack: slack,
        note: "3^\(states): three equilibria at most at each of \(states) states",
        otherwise: (
          .misprint,
          "exactly \(grouped(stringCount(n))); the printed number is no power of three, and both "
            + "other columns are 3 to the number of states"
        ))
    }
  }

  /// Visits every equilibrium of the baseline, a thread alone.
  private static let small = ReproductionGroup("Table 1, n = 3 and 4") { context in
    try [(3, "127", 0.008), (4, "46707", 0.334)].flatMap { n, printed, time in
      let game = try PaperDuopolies.game(n)
      let (outcome, seconds) = try timed { try game.enumerateEquilibria(threads: 1) }
      return rows(n, "simultaneous moves", outcome, seconds, printed: printed, time: time)
    }
  }

  private static func rows(
    _ n: Int, _ moves: String, _ outcome: EnumerationOutcome, _ seconds: Double, printed: String,
    time: Double, timeWords: String? = nil, note: String = ""
  ) -> [ReproductionRow] {
    let distinct = outcome.tally.payoffs.count
    return [
      .figure(
        "equilibria, \(moves), n = \(n)", "Table 1", printed: printed,
        ours: Double(outcome.tally.count),
        note: "\(grouped(outcome.tally.count)) with \(grouped(distinct)) distinct payoff "
          + "\(distinct == 1 ? "pair" : "pairs") to 1e-7\(note)",
        otherwise: (.notReproducible, "the count differs")),
      .claim(
        "time to visit them, \(moves), n = \(n)", "Table 1",
        paper: timeWords ?? "\(ReproductionRow.digits(time)) sec.", ours: shortTime(seconds),
        holds: seconds < time, note: "on this machine, as it was loaded",
        otherwise: (.notReproducible, "slower here")),
    ]
  }

  private static let five = ReproductionGroup("Table 1, n = 5: visiting 192,736,405 equilibria") {
    context in
    let game = try PaperDuopolies.game(5)
    let threads = ProcessInfo.processInfo.activeProcessorCount
    let interruption = context.interruption
    let (visited, seconds) = try timed {
      try game.enumerateEquilibria(threads: threads, isCancelled: { interruption.isRequested })
    }
    let (counted, short) = try timed {
      try game.countEquilibria(threads: threads, isCancelled: { interruption.isRequested })
    }
    let isSame =
      visited.tally.count == counted.tally.count
      && visited.tally.payoffs.entries == counted.tally.payoffs.entries
    return rows(
      5, "simultaneous moves", visited, seconds, printed: "192736405", time: 45 * 60,
      timeWords: "45 min.", note: "; visited one by one, on \(threads) threads"
    ) + [
      .claim(
        "the same without visiting each, n = 5", "Table 1", paper: "every equilibrium visited",
        ours: isSame
          ? "equal count, payoff pairs and multiplicities in \(shortTime(short))"
          : "another multiset", holds: isSame,
        note: "rows and columns of a layer are independent given their heads, and equal futures "
          + "are merged; not in the paper")
    ]
  }

  private static let alternating = ReproductionGroup("Table 1, alternating moves") { _ in
    let game = try PaperDuopolies.game(5, moves: .alternating)
    let (outcome, seconds) = try timed { try game.enumerateEquilibria(threads: 1) }
    let large = try PaperDuopolies.game(100, moves: .alternating)
    let (hundred, long) = try timed { try large.enumerateEquilibria(threads: 1) }
    return rows(5, "alternating moves", outcome, seconds, printed: "1", time: 0.006) + [
      .claim(
        "one state recursion is cheap: n = 100, 338,350 states", "section 4.3",
        paper: "the search itself takes a negligible time",
        ours: "\(grouped(hundred.tally.count)) equilibrium in \(shortTime(long))",
        holds: hundred.tally.count == 1 && hundred.status == .converged)
    ]
  }

  /// What enumeration cannot reach.
  static let six = ReproductionGroup("counting n = 6", isLong: true) { context in
    let threads = ProcessInfo.processInfo.activeProcessorCount
    let interruption = context.interruption
    var limits = EnumerationLimits()
    // 36 million payoff pairs take 2 GB.
    let isRoomy = ProcessInfo.processInfo.physicalMemory > 6_000_000_000
    if !isRoomy { limits.maximumPayoffs = 1_000_000 }
    let (outcome, seconds) = try timed { [limits] in
      try PaperDuopolies.game(6).countEquilibria(
        limits: limits, threads: threads, isCancelled: { interruption.isRequested })
    }
    let counts: [UInt128] = [3, 127, 46_707, 192_736_405, outcome.tally.count]
    let growth = zip(counts, counts.dropFirst()).map { Double($1) / Double($0) }
    let distinct = outcome.tally.payoffs
    return [
      .claim(
        "equilibria multiply ever faster with the grid: n = 2 to 6", "section 4.3",
        paper: "sharply increasing with the grid; n = 6 is not reported",
        ours: counts.map { grouped($0) }.joined(separator: ", "), holds: isMonotone(growth),
        note: "n = 6 counted in \(shortTime(seconds)) without visiting each; "
          + (distinct.isComplete ? "" : "at least ")
          + "\(grouped(distinct.count)) distinct payoff "
          + "pairs to 1e-7")
    ]
  }
}
