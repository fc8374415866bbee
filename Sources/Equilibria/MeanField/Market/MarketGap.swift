internal import Environments
internal import Foundation
internal import Statistics

/// A mean-field policy judged among finitely many agents: how far its value there is from that of
/// the continuum, and what one agent would gain by doing something else.
///
/// N agents meet in a `MeanFieldMarket`, all following g, their first states drawn apart from one
/// law. For agent 1,
///
///     value gap = J_N(g) − J_∞(g),      gain = sup_h J_N(h, g, …, g) − J_N(g),
///
/// over policies h of its own state (which know the game, g, and N, hence the market's average), and
/// with two agents also over policies that see both states. A policy is an ε-equilibrium of the
/// market of N, within the class, exactly if its gain is at most ε (Light, Remark 2, says that ε
/// vanishes in N; OpenSpiel's request to compare mean-field policies in the N-player game is open).
///
/// Figures are exact where the laws allow it: any N if moves do not depend on m and payoffs are
/// affine in t(m) (`IndependentMarket`), and N = 2 on pairs of states (`PairMarket`). Others are
/// means of independent replications with Student's band; gain and value are paired replication by
/// replication. Agents that leave are replaced, agent 1 stays.
public struct MarketGap: Sendable {
  /// Where agents begin.
  public enum Start: String, Sendable, Codable, CaseIterable {
    /// Each at a draw from the population's law.
    case population
    /// Each at a state drawn alike from all.
    case uniform
    /// All where new agents enter; games with turnover only.
    case entry
  }

  /// The sizes of markets.
  public var agents = [2, 5, 10, 100, 1000]
  /// Independent replications behind each simulated figure.
  public var replications = 400
  /// Their seed.
  public var seed: UInt64 = 1
  /// Where agents begin.
  public var start = Start.population
  /// Worker threads; results do not depend on it.
  public var threads: Int = ProcessInfo.processInfo.activeProcessorCount
  /// The coverage of bands.
  public var confidence = 0.95
  /// Play is cut where βᵗ falls to this.
  public var cut = 1e-7
  /// Whether exact figures are taken where the laws allow it; false plays every market.
  public var usesExact = true

  /// The defaults.
  public init() {}

  /// Judges a policy.
  ///
  /// - Parameter progress: told the size of each market as it begins.
  /// - Throws: `MeanFieldError.unsuitable` for fewer than two agents or replications, and for
  ///   `start: entry` without turnover; what the solvers throw; `CancellationError` if stopped.
  public func judge(
    _ subject: MarketSubject, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (Int) -> Void = { _ in }
  ) throws -> MarketReport {
    let began = Date()
    guard let least = agents.min(), least >= 2 else {
      throw MeanFieldError.unsuitable(
        "a market needs at least 2 agents; give their numbers, such as 2,5,10,100,1000")
    }
    guard replications >= 2 else {
      throw MeanFieldError.unsuitable("a band needs at least 2 replications")
    }
    let initial = try startLaw(subject)
    let limit = try subject.limitValue(from: initial)
    var report = MarketReport(
      m: subject.m, limitValue: limit, limitGain: start == .population ? subject.limitGain : nil,
      consistency: subject.consistency, start: start, rows: [], replications: replications,
      horizon: 0, truncation: 0, confidence: confidence, seed: seed, seconds: 0, notes: [])
    let scale = subject.bestValues.reduce(0) { max($0, abs($1)) }
    if let gain = report.limitGain, gain <= 1e-11 * scale { report.limitGain = 0 }
    var independent: IndependentMarket?
    if usesExact, start == .population { independent = try? IndependentMarket(subject) }
    for count in Set(agents).sorted() {
      progress(count)
      if isCancelled() { throw CancellationError() }
      var pair: PairMarket?
      if count == 2 {
        do { pair = try PairMarket(subject) } catch let error as MeanFieldError {
          report.notes.append(error.description)
        }
      }
      var row: MarketRow
      if let independent {
        row = try exactRow(independent, agents: count, limit: limit)
      } else {
        let slope = MarketSlope(subject, agents: count)
        let simulation = MarketSimulation(
          subject: subject, agents: count, slope: slope, initial: initial,
          horizon: horizon(subject),
          seed: seed, threads: threads, isCancelled: isCancelled)
        row = try played(simulation, exact: usesExact ? pair : nil, limit: limit)
        if row.value.method == .simulated {
          report.horizon = simulation.horizon
          report.truncation = max(report.truncation, truncation(simulation))
        }
      }
      if let pair {
        let value = pair.value(of: subject.policy, from: initial)
        row.gainSeeingAll = max(0, pair.bestValue(from: initial) - value)
      }
      report.rows.append(row.withoutRounding(scale))
    }
    report.gapDecay = MarketDecay(report.rows.map { ($0.agents, $0.gap) })
    report.gainDecay = MarketDecay(report.rows.map { ($0.agents, $0.gain) })
    report.seconds = -began.timeIntervalSinceNow
    return report
  }

  // MARK: - Rows

  private func exactRow(
    _ market: IndependentMarket, agents: Int, limit: Double
  ) throws -> MarketRow {
    let answer = try market.judge(agents: agents)
    return MarketRow(
      agents: agents, value: MarketFigure(exact: answer.value),
      gap: MarketFigure(exact: answer.value - limit), gain: MarketFigure(exact: answer.gain),
      gainKind: .largest, changedStates: changes(market.subject, answer.deviation))
  }

  private func played(
    _ simulation: MarketSimulation, exact pair: PairMarket?, limit: Double
  ) throws -> MarketRow {
    let subject = simulation.subject
    let layout = subject.game.layout
    let draws = try simulation.interactions(replications: 32)
    let candidates = try MarketDeviation(
      subject, agents: simulation.agents, slope: simulation.slope, draws: draws
    ).candidates
    let policies = candidates.map { MeanFieldPolicy(rows: $0, in: layout) }
    if let pair {
      let value = pair.value(of: subject.policy, from: simulation.initial)
      let values = policies.map { pair.value(of: $0, from: simulation.initial) - value }
      let best = values.indices.max { values[$0] < values[$1] }!
      return MarketRow(
        agents: 2, value: MarketFigure(exact: value), gap: MarketFigure(exact: value - limit),
        gain: MarketFigure(exact: max(0, values[best])), gainKind: .lowerBound,
        changedStates: values[best] > 0 ? changes(subject, candidates[best]) : 0)
    }
    // The deviation is chosen in replications of its own, so that choosing flatters nothing.
    let pilots = max(16, replications / 4)
    let pilot = try simulation.play(
      subject.policy.weights, role: .marketPilot, replications: pilots)
    var best: Int?
    var most = 0.0
    for (index, policy) in policies.enumerated() {
      let outcomes = try simulation.play(policy.weights, role: .marketPilot, replications: pilots)
      let gain = zip(outcomes, pilot).reduce(0) { $0 + $1.0.value - $1.1.value } / Double(pilots)
      if gain > most { (best, most) = (index, gain) }
    }
    let outcomes = try simulation.play(subject.policy.weights, replications: replications)
    var gains = [Double](repeating: 0, count: replications)
    if let best {
      let deviating = try simulation.play(policies[best].weights, replications: replications)
      gains = zip(deviating, outcomes).map { $0.value - $1.value }
    }
    return MarketRow(
      agents: simulation.agents, value: try figure(outcomes.map(\.value)),
      gap: try figure(outcomes.map { $0.value - limit }), gain: try figure(gains),
      gainKind: .lowerBound, changedStates: best.map { changes(subject, candidates[$0]) } ?? 0,
      gainSeeingAll: nil, interaction: try figure(outcomes.map(\.interaction)),
      interactionSpread: outcomes.reduce(0) { $0 + $1.spread } / Double(replications))
  }

  private func figure(_ values: [Double]) throws -> MarketFigure {
    let interval = try Moments(values).interval(confidence: confidence)
    return MarketFigure(estimate: interval.estimate, low: interval.low, high: interval.high)
  }

  /// States in which the population is found and the deviation is not what g does.
  private func changes(_ subject: MarketSubject, _ rows: [Int32]) -> Int {
    rows.enumerated().count { subject.law[$0] > 0 && subject.policy.weights[Int($1)] < 1 }
  }

  // MARK: - Start and end

  private func startLaw(_ subject: MarketSubject) throws -> [Double] {
    let states = subject.game.layout.stateCount
    switch start {
    case .population: return subject.law
    case .uniform: return [Double](repeating: 1 / Double(states), count: states)
    case .entry:
      guard let turnover = subject.game.turnover else {
        throw MeanFieldError.unsuitable(
          "nobody enters this game; start from `population` or `uniform`")
      }
      var law = [Double](repeating: 0, count: states)
      law[turnover.entry] = 1
      return law
    }
  }

  private func horizon(_ subject: MarketSubject) -> Int {
    let beta = subject.game.discount
    return beta > 0 ? max(1, Int((log(cut) / log(beta)).rounded(.up))) : 1
  }

  /// βᵀ times the most by which V_N can miss what follows the horizon: all payoffs lie between
  /// their extremes, taken over rows and 65 values of m for each scalar.
  private func truncation(_ simulation: MarketSimulation) -> Double {
    let game = simulation.subject.game
    var tables = FrozenTables(game.layout)
    var (low, high) = (Double.infinity, -Double.infinity)
    for (scalar, range) in game.layout.interactionRange.enumerated() {
      for k in 0...64 {
        var m = simulation.subject.m
        m[scalar] =
          range.lowerBound + Double(k) / 64 * (range.upperBound - range.lowerBound)
        game.write(at: m, to: &tables)
        low = min(low, tables.payoffs.min()!)
        high = max(high, tables.payoffs.max()!)
      }
    }
    let horizon = 1 / (1 - game.discount)
    let values = simulation.slope.values
    let psi = simulation.slope.psi
    let least = values.min()! + min(0, psi.min()!)
    let most = values.max()! + max(0, psi.max()!)
    return pow(game.discount, Double(simulation.horizon))
      * max(high * horizon - least, most - low * horizon)
  }
}
