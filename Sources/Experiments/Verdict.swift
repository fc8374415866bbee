public import Configuration
internal import Environments
public import Equilibria
internal import Foundation
internal import Statistics

/// An interquartile mean over seeds with its bootstrap interval.
public struct SeedStatistic: Codable, Sendable, Equatable {
  /// Mean of the middle half of the seeds.
  public var iqm: Double
  /// Lower end of the 95% percentile bootstrap interval.
  public var low: Double
  /// Upper end.
  public var high: Double
  /// Mean of all seeds.
  public var mean: Double
  /// The values, in order of seeds.
  public var perSeed: [Double]

  enum CodingKeys: String, CodingKey {
    case iqm, low, high, mean
    case perSeed = "per_seed"
  }

  /// Summarises one value per seed.
  ///
  /// Every statistic of a run draws the same resamples of seeds, from (seed, bootstrap, 0): equal
  /// values have equal intervals, and rows can be compared.
  init(_ values: [Double], seed: UInt64) throws {
    var stream = RandomStream(seed: seed, role: .bootstrap)
    let interval = try Bootstrap(replications: 10_000).interquartileMean(of: values, using: &stream)
    (iqm, low, high, perSeed) = (interval.estimate, interval.low, interval.high, values)
    mean = values.reduce(0, +) / Double(values.count)
  }
}

/// What one kind of policy came to over all seeds.
public struct PolicyStatistics: Codable, Sendable, Equatable {
  /// NashConv under the initial law.
  public var nashConv: SeedStatistic
  /// NashConv at the worst state.
  public var nashConvWorst: SeedStatistic
  /// NashConv on the path of play.
  public var nashConvOnPath: SeedStatistic
  /// What each player gains by deviating, under the initial law.
  public var deviationGains: [SeedStatistic]
  /// Value of each player under the initial law.
  public var valueInitial: [SeedStatistic]

  enum CodingKeys: String, CodingKey {
    case nashConv = "nash_conv"
    case nashConvWorst = "nash_conv_worst"
    case nashConvOnPath = "nash_conv_on_path"
    case deviationGains = "deviation_gains"
    case valueInitial = "value_initial"
  }

  init(_ verdicts: [PolicyVerdict], seed: UInt64) throws {
    func statistic(_ value: (PolicyVerdict) -> Double) throws -> SeedStatistic {
      try SeedStatistic(verdicts.map(value), seed: seed)
    }
    let players = verdicts.first?.valueInitial.indices ?? 0..<0
    nashConv = try statistic(\.nashConv)
    nashConvWorst = try statistic(\.nashConvWorst)
    nashConvOnPath = try statistic(\.nashConvOnPath)
    deviationGains = try players.map { player in try statistic { $0.deviationGains[player] } }
    valueInitial = try players.map { player in try statistic { $0.valueInitial[player] } }
  }
}

/// A certificate as a document shows it.
public struct CertificateDocument: Encodable, Sendable, Equatable {
  /// Largest one-shot gain.
  public var maxRegret: Double
  /// Largest deviation gain over players and states.
  public var exploitability: Double
  /// Largest difference of values over played actions.
  public var supportGap: Double
  /// Largest difference to the mirror image; null for games without mirror.
  @OrNull public var symmetryGap: Double?
  /// Largest difference between reported and re-evaluated values; null if none were reported.
  @OrNull public var valueResidual: Double?
  /// What exploitability must not exceed for a result to count as solved.
  public var tolerance: Double

  enum CodingKeys: String, CodingKey {
    case exploitability, tolerance
    case maxRegret = "max_regret"
    case supportGap = "support_gap"
    case symmetryGap = "symmetry_gap"
    case valueResidual = "value_residual"
  }

  /// Copies the numbers of a certificate.
  public init(_ certificate: Certificate) {
    maxRegret = certificate.maxRegret
    exploitability = certificate.exploitability
    supportGap = certificate.supportGap
    symmetryGap = certificate.symmetryGap
    valueResidual = certificate.valueResidual
    tolerance = certificate.tolerance
  }

  /// One line for a person.
  public var text: String {
    var parts = [
      "max regret \(tableNumber(maxRegret))", "exploitability \(tableNumber(exploitability))",
      "support gap \(tableNumber(supportGap))",
    ]
    if let symmetryGap { parts.append("symmetry gap \(tableNumber(symmetryGap))") }
    if let valueResidual { parts.append("value residual \(tableNumber(valueResidual))") }
    return parts.joined(separator: ", ")
  }
}

/// The known equilibria of a game in three fields; `lab compare` lists them.
public struct KnownSummary: Encodable, Sendable {
  /// `all`.
  public var completeness: String
  /// How many.
  public var count: Int
  /// How the set came about.
  public var note: String
}

/// Learned against exact: what `lab train` and `lab compare` end with.
public struct TrainingVerdict: Encodable, Sendable {
  /// The exact solution compared with.
  public struct Exact: Encodable, Sendable {
    /// Its resolved solver section.
    public var solver: ParameterSet
    /// How it ended.
    public var status: SolverStatus
    /// One line on how it went.
    public var note: String
    /// Its certificate; null if there is no answer.
    @OrNull public var certificate: CertificateDocument?
    /// Its values under the initial law, per player; null unless it is a certified stationary
    /// equilibrium.
    @OrNull public var valueInitial: [Double]?

    enum CodingKeys: String, CodingKey {
      case solver, status, note, certificate
      case valueInitial = "value_initial"
    }
  }

  /// The policies of every seed.
  public struct Policies: Encodable, Sendable {
    /// The policies at the end.
    public var last: PolicyStatistics
    /// The average policies.
    public var average: PolicyStatistics
    /// The policies with the least NashConv of all that were judged in training.
    public var best: PolicyStatistics
  }

  /// When training ended.
  public struct Stop: Encodable, Sendable {
    /// The rule: steps, policy-unchanged or nash-conv.
    public var rule: String
    /// Seeds that met it before their steps were over; all with `steps`.
    public var met: Int
  }

  /// Name and version of this document.
  public var schema: String
  /// Which command made it.
  public var command: String
  /// The run's folder.
  public var run: String
  /// The seeds, in the order of every `per_seed`.
  public var seeds: [UInt64]
  /// Seeds of the configuration that have not finished, and are in no statistic.
  public var unfinished: [UInt64]
  /// Who sits where: the kind of learner of each player.
  public var learners: [String]
  /// Steps planned for each seed.
  public var steps: Int
  /// Steps that each seed trained, in the order of `seeds`.
  public var stepsTrained: [Int]
  /// The stopping rule, and how many seeds met it.
  public var stop: Stop
  /// The exact side.
  public var exact: Exact
  /// The learned side.
  public var policies: Policies
  /// Economic measures of the last policies' long-run play, by name; empty for games without.
  public var measures: [String: SeedStatistic]
  /// Largest weight of the learners' linear functions at the end; null for tables.
  @OrNull public var largestWeight: SeedStatistic?
  /// How play answers a one-time departure; null for games in which nobody asks.
  @OrNull public var departure: DepartureDocument?
  /// Share of seeds that met the stopping rule; where training goes on for all its steps, of those
  /// whose policies did not change during the last tenth of them.
  public var shareConverged: Double
  /// 95% Wilson interval of that share.
  public var shareConvergedInterval: [Double]
  /// Of games whose every equilibrium is known: how complete that knowledge is.
  public var equilibria: KnownSummary?
  /// Of such games, the seeds' policies held against the nearest of all equilibria, by policy.
  public var matching: [String: PolicyMatching]?
  /// Wall-clock time.
  public var seconds: Double

  enum CodingKeys: String, CodingKey {
    case schema, command, run, seeds, unfinished, learners, steps, stop, exact, policies, measures
    case departure, equilibria, matching
    case largestWeight = "largest_weight"
    case seconds
    case stepsTrained = "steps_trained"
    case shareConverged = "share_converged"
    case shareConvergedInterval = "share_converged_interval"
  }

  /// Puts the two sides together.
  public init(
    command: String, run: RunFolder, configuration: ExperimentConfiguration,
    summaries: [SeedSummary], unfinished: [UInt64], exact solution: BellmanNashSolution,
    departure: ImpulseResponseSummary?, seconds: Double
  ) throws {
    self.unfinished = unfinished
    schema = "equilibrium-lab/\(command)/1"
    self.command = command
    self.run = run.path
    seeds = summaries.map(\.seed)
    learners = configuration.seats.seats.map(\.kind)
    steps = configuration.resolved.group("training")!.integer("steps")
    stepsTrained = summaries.map(\.steps)
    stop = Stop(
      rule: summaries.first?.stop.rule ?? "steps", met: summaries.count { $0.stop.isMet })
    exact = Exact(
      solver: configuration.resolved.group("evaluation")!.group("against")!,
      status: solution.status, note: solution.note,
      certificate: solution.certificate.map(CertificateDocument.init),
      // Only a certified stationary equilibrium is something to compare values with.
      valueInitial: solution.isStationary && solution.status == .converged
        ? solution.values.first.map { values in
          values.map { dot(configuration.game.initial, $0) }
        } : nil)
    let seed = configuration.seed
    policies = Policies(
      last: try PolicyStatistics(summaries.map(\.last), seed: seed),
      average: try PolicyStatistics(summaries.map(\.average), seed: seed),
      best: try PolicyStatistics(summaries.map(\.best), seed: seed))
    self.departure = departure.map(DepartureDocument.init)
    measures = [:]
    for name in summaries.first?.measures.keys.sorted() ?? [] {
      measures[name] = try SeedStatistic(summaries.compactMap { $0.measures[name] }, seed: seed)
    }
    let weights = summaries.compactMap(\.largestWeight)
    largestWeight = weights.isEmpty ? nil : try SeedStatistic(weights, seed: seed)
    let converged = summaries.count { $0.converged }
    let wilson = try wilsonInterval(successes: converged, trials: summaries.count)
    shareConverged = Double(converged) / Double(summaries.count)
    shareConvergedInterval = [wilson.low, wilson.high]
    self.seconds = seconds
  }

  /// The table a person reads, at most 80 columns wide.
  public func text(_ configuration: ExperimentConfiguration) -> String {
    let start = startName(configuration.game)
    var table = TextTable(["", "IQM", "95% interval", "exact"])
    // What is rounding beside the payoffs reads as 0.
    let dust = 1e-12 * configuration.game.payoffs.reduce(0) { max($0, abs($1)) }
    func number(_ value: Double) -> String { tableNumber(abs(value) <= dust ? 0 : value) }
    func add(_ label: String, _ statistic: SeedStatistic, _ exact: String) {
      let interval = "[\(number(statistic.low)), \(number(statistic.high))]"
      table.add([
        "  " + label, number(statistic.iqm), seeds.count > 1 ? interval : "one seed", exact,
      ])
    }
    let zero = exact.valueInitial == nil ? "none" : "0"
    for (name, policy) in [("last policy", policies.last), ("average policy", policies.average)] {
      table.add([name, "", "", ""])
      add("NashConv at \(start)", policy.nashConv, zero)
      add("NashConv at the worst state", policy.nashConvWorst, zero)
      add("NashConv on the path of play", policy.nashConvOnPath, zero)
      if configuration.seats.commonKind == nil {
        // Whoever does not learn has no business with the sum.
        for (player, kind) in learners.enumerated() {
          add(
            "gain from deviating, player \(player + 1) (\(kind))", policy.deviationGains[player],
            zero)
        }
      }
      for player in policy.valueInitial.indices {
        add(
          "value of player \(player + 1) at \(start)", policy.valueInitial[player],
          exact.valueInitial.map { number($0[player]) } ?? "none")
      }
    }
    table.add(["best policy judged in training", "", "", ""])
    add("NashConv at \(start)", policies.best.nashConv, zero)
    if !measures.isEmpty { table.add(["long-run play of the last policy", "", "", ""]) }
    for name in measures.keys.sorted() { add(name, measures[name]!, "") }
    if let largestWeight { add("largest weight at the end", largestWeight, "") }
    let count = seeds.count
    let settled = Int((shareConverged * Double(count)).rounded())
    func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }
    table.add([
      "seeds converged", "\(settled) of \(count)",
      "[\(percent(shareConvergedInterval[0])), \(percent(shareConvergedInterval[1]))]", "",
    ])
    var lines = [table.text, ""]
    lines.append(
      """
      Interquartile means over \(count) seed\(count == 1 ? "" : "s"); bootstrap intervals (Wilson for the share).
      NashConv: the players' gains from deviating, summed; 0 exactly at an equilibrium.
      \(convergedMeaning)
      """)
    if let departure {
      lines += ["", departure.text]
    }
    if let matching, let equilibria {
      lines += [
        "", "last policy: the nearest of \(equilibria.completeness) \(equilibria.count) equilibria",
        matching["last"]!.selection.text,
      ]
    }
    lines.append("")
    let solver = ["kind", "horizon", "selection"].compactMap { exact.solver[$0]?.text }
    lines.append("exact: \(solver.joined(separator: ", ")): \(exact.status.rawValue)")
    if exact.valueInitial == nil {
      lines.append(
        "       no certified stationary equilibrium, so nothing stands in the exact column:\n"
          + "       " + wrap(exact.note, width: 72).replacing("\n", with: "\n       "))
    }
    if !unfinished.isEmpty {
      lines.append(
        "note:  \(unfinished.count) of \(seeds.count + unfinished.count) seeds are unfinished and "
          + "not in this table; go on with --resume")
    }
    let detail = exact.certificate.map { "certificate: \($0.text)" } ?? exact.note
    lines.append("       " + wrap(detail, width: 72).replacing("\n", with: "\n       "))
    return lines.joined(separator: "\n")
  }
}

extension TrainingVerdict {
  /// What `converged` means under the stopping rule in force.
  private var convergedMeaning: String {
    switch stop.rule {
    case "policy-unchanged":
      "Converged: the policies stood unchanged as long as training.stop asks."
    case "nash-conv": "Converged: NashConv fell to what training.stop asks."
    default: "Converged: no likeliest action changed in the last tenth of training."
    }
  }
}

/// What the initial law is called in a table: a state's label, or `start`.
func startName(_ game: StochasticGame) -> String {
  guard game.stateCount > 1, let state = game.initial.firstIndex(of: 1) else { return "start" }
  if game.mirror?[state] == state, case .number = game.stateLabels[state] { return "parity" }
  return "state \(game.stateLabels[state])"
}
