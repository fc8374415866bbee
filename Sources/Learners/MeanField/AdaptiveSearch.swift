internal import Configuration
internal import Environments
internal import Equilibria
internal import Foundation
internal import Statistics

/// A method that learns how one agent answers a frozen m: step 2 of Light's Algorithms 2 and 3.
protocol FrozenLearner {
  /// Learns from nothing.
  ///
  /// - Parameters:
  ///   - problem: frozen at m, for methods that know the model.
  ///   - world: the same problem, to draw from.
  ///   - budget: factor on the method's own updates or iterations, at least 1.
  /// - Throws: `LearningCancelled`; `GameError` if learning left the finite numbers.
  mutating func learn(
    _ problem: inout FrozenProblem, world: FrozenWorld, budget: Double,
    using stream: inout RandomStream, isCancelled: () -> Bool
  ) throws -> FrozenAnswer
}

/// What was learned at a frozen m.
struct FrozenAnswer {
  var policy: MeanFieldPolicy
  var actionValues: [Double]?
  var updates: Int
  var bellmanResidual: Double?
  var isUnderConverged = false
  var largestWeight: Double?
}

extension StreamRole {
  /// What an agent draws while it learns at a frozen m; indexed by outer step and trial.
  static let frozenLearning = StreamRole(rawValue: "mean-field learning")
  /// The path that shows the population; indexed by outer step and trial.
  static let population = StreamRole(rawValue: "mean-field population")
}

/// Light's Algorithms 2 and 3 around any way of learning at a frozen m: bisection on the sign of
/// f̂(m) = m − M(μ̂), each sign tested before the bracket is halved.
///
/// At each m, independent trials learn a policy from nothing and look at the population under it. A
/// trial doubles its samples until |f̂| is either within δ, the interval being no wider, or
/// outside both δ and its interval; a sign is believed once two trials in a row agree, and
/// from the third trial on the budgets double. So a decided sign has survived the sampling error of the path,
/// by the interval, and the luck of learning, by the independent trial. Of a probe, which an interval
/// will rest on, four trials in a row must agree.
struct AdaptiveSearch<Inner: FrozenLearner> {
  let settings: SearchSettings
  private let seed: UInt64
  private let generator: GeneratorKind
  private var inner: Inner
  private var problem: FrozenProblem
  let world: FrozenWorld
  /// Everything that steps change.
  private(set) var state: AdaptiveSnapshot

  /// - Throws: `GameError` unless the game has a single scalar.
  init(
    _ settings: SearchSettings, inner: Inner, world: FrozenWorld, game: any MeanFieldGame,
    seed: UInt64, generator: GeneratorKind
  ) throws {
    guard game.layout.scalarCount == 1 else {
      throw GameError(
        "game",
        "bisection needs a single scalar, and there are \(game.layout.scalarCount); learn it by "
          + "mean-field-fictitious-play or online-mirror-descent")
    }
    self.settings = settings
    self.seed = seed
    self.generator = generator
    self.inner = inner
    self.world = world
    problem = try FrozenProblem(game)
    state = AdaptiveSnapshot(
      search: BracketSearch(settings.bracket, bounds: game.interactionBounds[0]))
  }

  var isDone: Bool { state.search.isDone }

  /// One outer step.
  mutating func advance(isCancelled: () -> Bool) throws -> OuterStep? {
    guard let (m, purpose) = state.search.next else { return nil }
    do {
      return try step(at: m, purpose, isCancelled)
    } catch is LearningCancelled {
      return nil
    }
  }

  private mutating func step(
    at m: Double, _ purpose: OuterStep.Purpose, _ isCancelled: () -> Bool
  ) throws -> OuterStep {
    problem.freeze(at: [m])
    world.freeze(problem.tables)
    var looks: [Look] = []
    var agreed: ResidualSign?
    // Probes are what an interval rests on: there the luck of learning must be excluded better.
    let (most, needed) =
      settings.signRule == .naive || settings.trials == 1
      ? (1, 1) : purpose == .probe ? (settings.trials + 2, 4) : (settings.trials, 2)
    while agreed == nil, looks.count < most {
      looks.append(try trial(looks.count, at: m, isCancelled))
      let run = looks.suffix(needed)
      if run.count == needed, needed == 1 || run.allSatisfy({ $0.sign == run.first!.sign }),
        needed == 1 || run.first!.sign != .undecided
      {
        agreed = run.first!.sign
      }
    }
    let last = looks.last!
    let spread = looks.map(\.residual).max()! - looks.map(\.residual).min()!
    let widest = looks.map(\.halfWidth).max()!
    // Trials that differ by more than their errors learned different policies.
    let isSplit = spread > 2 * widest + settings.delta
    let isWide = last.halfWidth > settings.delta
    if agreed == nil, !isSplit, !isWide { agreed = signOfMean(looks.map(\.residual)) }
    let samplesNeeded = Double(last.samples) * pow(last.halfWidth / settings.delta, 2)
    let allowed = settings.signRule == .naive ? settings.samples : settings.samplesMost
    let isCoarse = isWide && samplesNeeded > Double(allowed)

    var after = state
    after.search.take(
      BracketSearch.Finding(
        sign: agreed ?? .undecided, halfWidth: last.halfWidth,
        undecided: isSplit ? .jump : .belowSampling))
    after.steps += 1
    if isCoarse {
      after.samplesNeeded = max(after.samplesNeeded ?? 0, samplesNeeded)
    }
    let step = OuterStep(
      index: after.steps, purpose: purpose, m: [m], residual: [last.residual],
      standardError: last.standardError, halfWidth: last.halfWidth, sign: agreed ?? .undecided,
      bracket: [after.search.low, after.search.high],
      updates: looks.reduce(0) { $0 + $1.answer.updates },
      samples: looks.reduce(0) { $0 + $1.samples }, trials: looks.map(\.residual),
      policy: last.answer.policy, law: last.law, actionValues: last.answer.actionValues,
      bellmanResidual: last.answer.bellmanResidual,
      note: note(
        agreed: agreed, isSplit: isSplit, samplesNeeded: isCoarse ? samplesNeeded : nil, last))
    let side = MeanFieldEstimate.Side(
      m: m, mapped: m - last.residual, policy: step.policy, law: step.law)
    if m == after.search.low { after.low = .init(side, last.answer.isUnderConverged) }
    if m == after.search.high { after.high = .init(side, last.answer.isUnderConverged) }
    if after.search.answer == m, after.answer == nil {
      after.answer = step
      after.isUnderConverged = last.answer.isUnderConverged
    }
    after.last = step
    after.largestWeight = last.answer.largestWeight
    if after.search.phase == .done(.jump), !isJump(after) { after.search.stop(.belowSampling) }
    if !after.search.isDone, after.steps >= settings.outerSteps { after.search.stop(.limit) }
    state = after
    return step
  }

  // MARK: - One trial

  private struct Look {
    var answer: FrozenAnswer
    var law: [Double]
    var residual: Double
    var standardError: Double
    var halfWidth: Double
    var samples: Int
    var sign: ResidualSign
  }

  private mutating func trial(
    _ number: Int, at m: Double, _ isCancelled: () -> Bool
  ) throws -> Look {
    let index = (state.steps + 1) * 64 + number
    var learning = RandomStream(
      seed: seed, role: .frozenLearning, index: index, generator: generator)
    let bounds = state.search.bounds
    let halvings = log2(
      (bounds.upperBound - bounds.lowerBound) / (state.search.high - state.search.low))
    let budget =
      min(pow(settings.growth, max(halvings, 0)), settings.growthMost)
      * Double(1 << max(number - 1, 0))
    let answer = try inner.learn(
      &problem, world: world, budget: budget, using: &learning, isCancelled: isCancelled)
    var look = Look(
      answer: answer, law: [], residual: 0, standardError: 0, halfWidth: 0, samples: 0,
      sign: .undecided)
    if settings.law == .exact {
      look.law = try problem.invariantLaw(of: answer.policy)
      look.residual = m - problem.interaction(of: answer.policy, law: look.law)[0]
      look.sign = sign(look, isLast: true)
      return look
    }
    var stream = RandomStream(seed: seed, role: .population, index: index, generator: generator)
    var sample = PopulationSample(
      problem.tables, layout: problem.layout, turnover: problem.game.turnover,
      policy: answer.policy, burnIn: settings.burnIn, using: &stream)
    let allowed = settings.signRule == .naive ? settings.samples : settings.samplesMost
    var target = Int(min(Double(settings.samples) * budget, Double(allowed)))
    let most = allowed
    let looks = 1 + Int(log2(Double(most) / Double(target)))
    // Each of the looks errs with its share of the probability, so together with no more than all.
    let quantile = try studentQuantile(
      1 - (1 - settings.confidence) / Double(2 * looks),
      degreesOfFreedom: Double(PopulationSample.batchCount - 1))
    while true {
      try sample.extend(to: target, using: &stream, isCancelled: isCancelled)
      let mean = sample.mean
      look.residual = m - mean.value
      look.standardError = mean.error
      look.halfWidth = quantile * mean.error
      look.samples = sample.samples
      look.sign = sign(look, isLast: 2 * target > most)
      guard look.sign == .undecided, 2 * target <= most else { break }
      target *= 2
    }
    look.law = sample.law
    return look
  }

  private func sign(_ look: Look, isLast: Bool) -> ResidualSign {
    let (size, delta) = (abs(look.residual), settings.delta)
    if settings.signRule == .naive {
      return size <= delta ? .within : look.residual < 0 ? .below : .above
    }
    if size > delta, size > look.halfWidth { return look.residual < 0 ? .below : .above }
    return size <= delta && look.halfWidth <= delta ? .within : .undecided
  }

  /// What trials that do not differ by more than their errors say together; nil if they straddle 0 and
  /// their mean is beyond the tolerance.
  private func signOfMean(_ residuals: [Double]) -> ResidualSign? {
    let mean = residuals.reduce(0, +) / Double(residuals.count)
    if abs(mean) <= settings.delta { return .within }
    if residuals.allSatisfy({ $0 < 0 }) { return .below }
    return residuals.allSatisfy { $0 > 0 } ? .above : nil
  }

  /// Whether what ended as a jump may be one: both ends were looked at and have the signs of a
  /// crossing, each beyond its own error, and sampling was fine enough for the tolerance.
  ///
  /// Trials that learn different policies where Φ does not jump look the same once the law is exact.
  private func isJump(_ state: AdaptiveSnapshot) -> Bool {
    guard let low = state.low?.side, let high = state.high?.side else { return false }
    return low.m == state.search.low && high.m == state.search.high && low.mapped > low.m
      && high.mapped < high.m && state.samplesNeeded == nil
  }

  private func note(
    agreed: ResidualSign?, isSplit: Bool, samplesNeeded: Double?, _ last: Look
  ) -> String {
    var notes: [String] = []
    if agreed == nil, isSplit { notes.append("trials learn different policies here") }
    if let samplesNeeded, settings.signRule == .tested {
      notes.append("delta would take about \(compact(samplesNeeded)) samples")
    }
    if last.answer.isUnderConverged {
      notes.append("the policy still mixes between actions that are not equally good")
    }
    return notes.joined(separator: "; ")
  }

  func compact(_ x: Double) -> String { String(format: "%.4g", x) }

  /// Takes up a snapshot of the same search.
  mutating func restore(_ saved: AdaptiveSnapshot) throws {
    let rows = world.layout.rowCount
    let steps = [saved.last, saved.answer].compactMap { $0 }
    guard saved.search.settings == settings.bracket, saved.search.bounds == state.search.bounds,
      saved.search.low < saved.search.high, saved.steps >= 0,
      (saved.steps == 0) == (saved.last == nil),
      steps.allSatisfy({
        $0.policy.weights.count == rows && $0.law.count == world.stateCount
          && ($0.actionValues.map { $0.count == rows } ?? true)
      })
    else {
      throw SnapshotError("a snapshot of a mean-field search does not fit the game or settings")
    }
    state = saved
  }
}
