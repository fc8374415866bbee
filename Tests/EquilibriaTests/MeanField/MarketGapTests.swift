import Environments
import Statistics
import Testing

@testable import Equilibria

/// How to play markets that could be solved.
private func playing(_ agents: [Int], replications: Int = 100, seed: UInt64 = 1) -> MarketGap {
  var gap = MarketGap()
  gap.agents = agents
  gap.replications = replications
  gap.seed = seed
  gap.usesExact = false
  return gap
}

private func stochasticInventory() throws -> MarketSubject {
  var primitives = Inventory.Primitives()
  primitives.rounding = .stochastic
  let game = try Inventory(primitives)
  return try MarketSubject(game, try MeanFieldEquilibrium().solve(game).principal!)
}

@Suite struct MarketGapTests {
  /// Bands of 95%, widened to 4 standard errors; fixed seeds.
  @Test(arguments: [(1, nil), (2, Turnover(survival: 0.8, entry: 0))] as [(UInt64, Turnover?)])
  func `played markets of two agree with exact ones`(seed: UInt64, turnover: Turnover?) throws {
    let subject = try randomSubject(seed: seed, turnover: turnover)
    let exact = try PairMarket(subject)
    let row = try playing([2], replications: 400).judge(subject).rows[0]
    #expect(row.gap.method == .simulated)
    let value = exact.value(of: subject.policy, from: subject.law)
    let half = 0.5 * (row.value.high - row.value.low)
    #expect(half > 0)
    #expect(abs(row.value.estimate - value) <= 2 * half)
    // The best own-state policy gains something here, and no more than one that sees both states.
    #expect(row.gain.low > 0)
    #expect(try row.gain.estimate <= #require(row.gainSeeingAll) + (row.gain.high - row.gain.low))
  }

  /// The same deviation, exactly on pairs and by play.
  @Test func `gains by play are those on pairs`() throws {
    let subject = try stochasticInventory()
    var gap = playing([2], replications: 400)
    let played = try gap.judge(subject).rows[0]
    gap.usesExact = true
    let exact = try gap.judge(subject).rows[0]
    #expect(exact.gain.method == .exact && exact.gainKind == .lowerBound)
    #expect(exact.changedStates == played.changedStates && exact.changedStates > 0)
    let half = 0.5 * (played.gain.high - played.gain.low)
    #expect(abs(played.gain.estimate - exact.gain.estimate) <= 2 * half)
    #expect(try exact.gain.estimate <= #require(exact.gainSeeingAll))
  }

  /// Where moves do not depend on m everything is known at N = 7 too, and M has mean m.
  @Test func `played crowds agree with exact ones`() throws {
    var primitives = CapacityCompetition.defaults
    primitives.cap = 9
    guard case .finite(let game) = try CapacityCompetition(primitives).model() else { return }
    let subject = try MarketSubject(game, population: .uniform(game.layout), near: [2])
    var gap = playing([7], replications: 300)
    let played = try gap.judge(subject).rows[0]
    gap.usesExact = true
    let exact = try gap.judge(subject).rows[0]
    #expect(exact.gain.method == .exact && exact.gainKind == .largest)
    for (mine, theirs) in [(played.value, exact.value), (played.gain, exact.gain)] {
      #expect(abs(mine.estimate - theirs.estimate) <= mine.high - mine.low)
    }
    let path = try #require(played.interaction)
    #expect(abs(path.estimate - subject.m[0]) <= path.high - path.low)
    // Var M = Var x / N under independence.
    let variance = subject.law.enumerated().reduce(0) {
      $0 + (Double($1.0) - subject.m[0]) * (Double($1.0) - subject.m[0]) * $1.1
    }
    let spread = try #require(played.interactionSpread)
    #expect(spread < (variance / 7).squareRoot() && spread > 0.5 * (variance / 7).squareRoot())
  }

  /// 200 small experiments of nominal coverage 95%: the count is within 4 standard errors of 190
  /// (binomial, standard error 3.1).
  @Test func `bands cover the exact value as often as they say`() throws {
    let subject = try randomSubject(seed: 3, states: 3)
    let value = try PairMarket(subject).value(of: subject.policy, from: subject.law)
    let slope = MarketSlope(subject, agents: 2)
    var covered = 0
    for seed in 1...200 {
      let simulation = MarketSimulation(
        subject: subject, agents: 2, slope: slope, initial: subject.law, horizon: 150,
        seed: UInt64(seed), threads: 1, isCancelled: { false })
      let values = try simulation.play(subject.policy.weights, replications: 20).map(\.value)
      if try Moments(values).interval(confidence: 0.95).contains(value) { covered += 1 }
    }
    #expect(abs(covered - 190) <= 13)
  }

  /// The control moves no mean: without its second term, and with nonsense for one, the mean is the
  /// same within 4 standard errors, and the right one is the least noisy by far.
  @Test func `the control changes the noise, not the mean`() throws {
    let subject = try stochasticInventory()
    let slope = MarketSlope(subject, agents: 20)
    let states = subject.game.layout.stateCount
    let nonsense = MarketSlope(
      values: (0..<states).map { Double($0 * $0) },
      psi: (0..<states * states).map { Double($0 % 5) }, drift: slope.drift,
      actionValues: slope.actionValues.indices.map { Double($0 % 3) })
    func moments(_ slope: MarketSlope) throws -> Moments {
      let simulation = MarketSimulation(
        subject: subject, agents: 20, slope: slope, initial: subject.law, horizon: 315, seed: 9,
        threads: 2, isCancelled: { false })
      return try Moments(simulation.play(subject.policy.weights, replications: 300).map(\.value))
    }
    let good = try moments(slope)
    let half = try moments(
      MarketSlope(
        values: slope.values, psi: slope.psi.map { _ in 0 }, drift: slope.drift,
        actionValues: slope.actionValues))
    let bad = try moments(nonsense)
    for other in [half, bad] {
      let error = (good.variance! / 300 + other.variance! / 300).squareRoot()
      #expect(abs(good.mean! - other.mean!) <= 4 * error)
    }
    #expect(good.standardDeviation! < 0.8 * half.standardDeviation!)
    #expect(good.standardDeviation! < 0.1 * bad.standardDeviation!)
  }

  /// From elsewhere than the population's law J_∞ is that of the deterministic path, and the gap
  /// falls as 1/N: at N = 80 it is at most a twentieth of the exact one at N = 2, but for 4 standard
  /// errors, which must themselves be small beside that.
  @Test(arguments: [nil, Turnover(survival: 0.8, entry: 1)])
  func `starts away from the population's law`(turnover: Turnover?) throws {
    let subject = try randomSubject(seed: 5, turnover: turnover)
    var gap = playing([2, 80], replications: 200)
    gap.usesExact = true
    gap.start = turnover == nil ? .uniform : .entry
    let report = try gap.judge(subject)
    #expect(report.limitGain == nil)
    #expect(abs(report.limitValue - subject.limitValue) > 1e-3)
    let (few, many) = (report.rows[0].gap, report.rows[1].gap)
    #expect(few.method == .exact && many.method == .simulated)
    let slack = many.high - many.low
    #expect(abs(many.estimate) <= abs(few.estimate) / 20 + slack)
    #expect(slack < abs(few.estimate))
  }

  /// A policy that mixes actions of unlike values: its own draws add no noise to the value. Without
  /// the control of actions the deviation is several times as large.
  @Test func `an agent's own draws are taken out`() throws {
    let subject = try randomSubject(seed: 3)
    let slope = MarketSlope(subject, agents: 40)
    func moments(_ actionValues: [Double]) throws -> Moments {
      let simulation = MarketSimulation(
        subject: subject, agents: 40,
        slope: MarketSlope(
          values: slope.values, psi: slope.psi, drift: slope.drift, actionValues: actionValues),
        initial: subject.law, horizon: 153, seed: 2, threads: 2, isCancelled: { false })
      return try Moments(simulation.play(subject.policy.weights, replications: 200).map(\.value))
    }
    let with = try moments(slope.actionValues)
    let without = try moments(slope.actionValues.map { _ in 0 })
    #expect(with.standardDeviation! < 0.5 * without.standardDeviation!)
    let error = (with.variance! / 200 + without.variance! / 200).squareRoot()
    #expect(abs(with.mean! - without.mean!) <= 4 * error)
  }

  @Test func `results do not depend on the number of threads`() throws {
    let subject = try randomSubject(seed: 8)
    var reports: [MarketReport] = []
    for threads in [1, 2, 5] {
      var gap = playing([2, 6], replications: 11)
      gap.threads = threads
      var report = try gap.judge(subject)
      report.seconds = 0
      reports.append(report)
    }
    #expect(reports[0] == reports[1] && reports[1] == reports[2])
  }

  /// Replications of the deviation and of the policy share their draws: deviating to the same policy
  /// gains exactly nothing in each.
  @Test func `replications are paired`() throws {
    let subject = try randomSubject(seed: 2)
    let simulation = MarketSimulation(
      subject: subject, agents: 3, slope: MarketSlope(subject, agents: 3), initial: subject.law,
      horizon: 60, seed: 4, threads: 2, isCancelled: { false })
    let first = try simulation.play(subject.policy.weights, replications: 8).map(\.value)
    #expect(try simulation.play(subject.policy.weights, replications: 8).map(\.value) == first)
    #expect(Set(first).count == 8)
    let pilot = try simulation.play(subject.policy.weights, role: .marketPilot, replications: 8)
    #expect(pilot.map(\.value) != first)
  }

  @Test func `rates are slopes of logarithms`() throws {
    func decay(_ figures: [(Int, MarketFigure)]) -> MarketDecay? {
      MarketDecay(figures.map { (agents: $0.0, figure: $0.1) })
    }
    let exact = try #require(
      decay([2, 5, 10, 1000].map { ($0, MarketFigure(exact: -3 / Double($0))) }))
    #expect(abs(exact.slope + 1) < 1e-14 && exact.low == exact.slope)
    #expect(exact.agents == [2, 5, 10, 1000])
    // One figure ten times more precise rules the fit; the one that is not told from 0 is left out.
    func figure(_ value: Double, _ half: Double) -> MarketFigure {
      MarketFigure(estimate: value, low: value - half, high: value + half)
    }
    let fitted = try #require(
      decay([
        (1, figure(8, 0.08)), (2, figure(4.2, 0.42)), (4, figure(2, 0.02)), (8, figure(0.1, 1)),
      ]))
    #expect(fitted.agents == [1, 2, 4])
    #expect(fitted.slope > -1.001 && fitted.slope < -0.995)
    #expect(fitted.low < fitted.slope && fitted.slope < fitted.high)
    #expect(decay([(2, figure(1, 0.1)), (5, figure(0.1, 0.2)), (9, figure(1, 0.1))]) == nil)
    #expect(decay([2, 5, 9].map { ($0, MarketFigure(exact: $0 == 5 ? -1 : 1)) }) == nil)
  }

  @Test func `too few agents or replications are refused, and so is a start nobody enters at`()
    throws
  {
    let subject = try randomSubject(seed: 1)
    for change: (inout MarketGap) -> Void in [
      { $0.agents = [1, 5] }, { $0.agents = [] }, { $0.replications = 1 }, { $0.start = .entry },
    ] {
      var gap = MarketGap()
      change(&gap)
      #expect(throws: MeanFieldError.self) { try gap.judge(subject) }
    }
    #expect(throws: CancellationError.self) {
      try MarketGap().judge(subject, isCancelled: { true })
    }
  }
}
