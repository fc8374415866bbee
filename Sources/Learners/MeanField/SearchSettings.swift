internal import Agents
internal import Configuration
internal import Environments

/// The keys of the search that the adaptive learners share: how a sign is found, and what is done
/// with it.
struct SearchSettings {
  enum SignRule: String, CaseIterable {
    /// By confidence intervals, and only if independent trials agree.
    case tested
    /// By f̂ alone, as printed in the paper.
    case naive
  }

  enum Law: String, CaseIterable {
    /// From a long path of one agent.
    case simulated
    /// The invariant law of the learned policy, from the model.
    case exact
  }

  var delta = 2e-3
  var signRule = SignRule.tested
  var confidence = 0.99
  var law = Law.simulated
  var samples = 200_000
  var samplesMost = 3_200_000
  var burnIn = 2_000
  var trials = 6
  var outerSteps = 60
  var recheckAfter = 4
  var probes = true
  var growth = 1.25
  var growthMost = 16.0

  /// As printed in the paper's section 9.1.
  static let paper: SearchSettings = {
    var settings = SearchSettings()
    settings.delta = 1e-3
    settings.signRule = .naive
    settings.burnIn = 0
    settings.growth = 1
    return settings
  }()

  /// All optional, since what they are otherwise depends on `preset`.
  static let parameters: [Parameter] = [
    Parameter(
      "delta", .real(.positive), .optional, "δ, |f| taken for zero; default 0.002, paper 0.001"),
    Parameter(
      "sign", .choice(SignRule.allCases.map(\.rawValue)), .optional,
      "how the sign of f is found: tested, by confidence intervals and independent trials; "
        + "naive, by the estimate alone; default tested, paper naive"),
    Parameter(
      "confidence", .real(.open(0, 1)), .optional, "of the interval of a tested sign; default 0.99"),
    Parameter(
      "law", .choice(Law.allCases.map(\.rawValue)), .optional,
      "the population under the learned policy: simulated, or exact, which uses the model; "
        + "default simulated"),
    Parameter(
      "samples", .integer(64...1_000_000_000), .optional,
      "K, transitions simulated to see the population; default 200000"),
    Parameter(
      "samples_most", .integer(64...1_000_000_000), .optional,
      "how far K is doubled while the sign is open; default 3200000"),
    Parameter(
      "burn_in", .integer(0...1_000_000_000), .optional,
      "transitions before any counts; default 2000, paper 0"),
    Parameter(
      "trials", .integer(1...20), .optional,
      "independent trials at one m at most, of which the last two must agree, at probes the last "
        + "four of two more; default 6, 1 takes the first"),
    Parameter(
      "outer_steps", .integer(1...10_000), .optional, "outer steps at most; default 60"),
    Parameter(
      "recheck_after", .integer(0...1_000), .optional,
      "moves of one end of the bracket after which the other is looked at again; 0 never; default 4"
    ),
    Parameter(
      "probes", .boolean, .optional, "whether the answer is enclosed by probes; default true"),
    Parameter(
      "growth", .real(.closed(1, 4)), .optional,
      "factor on updates and samples per halving of the bracket, to at most 16; default 1.25, paper 1"
    ),
  ]

  /// Reads the keys that are written, over a preset's values.
  ///
  /// - Throws: `GameError` if the most samples are fewer than the first.
  init(_ parameters: ParameterSet, preset: SearchSettings) throws {
    self = preset
    delta = parameters.realIfWritten("delta") ?? delta
    signRule = parameters.textIfWritten("sign").flatMap(SignRule.init) ?? signRule
    confidence = parameters.realIfWritten("confidence") ?? confidence
    law = parameters.textIfWritten("law").flatMap(Law.init) ?? law
    samples = parameters.integerIfWritten("samples") ?? samples
    samplesMost = parameters.integerIfWritten("samples_most") ?? max(samplesMost, samples)
    burnIn = parameters.integerIfWritten("burn_in") ?? burnIn
    trials = parameters.integerIfWritten("trials") ?? trials
    outerSteps = parameters.integerIfWritten("outer_steps") ?? outerSteps
    recheckAfter = parameters.integerIfWritten("recheck_after") ?? recheckAfter
    if case .boolean(let value) = parameters["probes"] { probes = value }
    growth = parameters.realIfWritten("growth") ?? growth
    guard samplesMost >= samples else {
      throw GameError("samples_most", "must be at least samples, \(samples)")
    }
  }

  /// The settings that work.
  static let standard = SearchSettings()

  private init() {}

  /// The settings of the bracket alone.
  var bracket: BracketSearch.Settings {
    BracketSearch.Settings(
      tolerance: delta, recheckAfter: signRule == .naive ? 0 : recheckAfter,
      probes: signRule == .tested && probes)
  }
}

extension ParameterSet {
  func realIfWritten(_ name: String) -> Double? { self[name] == nil ? nil : real(name) }
  func integerIfWritten(_ name: String) -> Int? { self[name] == nil ? nil : integer(name) }
  func textIfWritten(_ name: String) -> String? { self[name] == nil ? nil : text(name) }
}
