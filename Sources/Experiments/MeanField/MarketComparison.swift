internal import Configuration
internal import Environments
public import Equilibria
internal import Foundation
internal import Learners

/// One `lab compare` of a mean-field game: policies placed in markets of N agents, and what was
/// learned beside what is exact.
public struct MarketComparison: Encodable, Sendable {
  /// A policy and its markets.
  public struct Judged: Encodable, Sendable {
    /// Whose policy it is: `exact`, or a name of a policy table.
    public var policy: String
    /// The seed that learned it; null for others.
    @OrNull public var seed: UInt64?
    /// How it was placed in words.
    public var note: String
    /// Value gaps and gains.
    public var market: MarketReport
  }

  /// The game, with its changes.
  public let game: String
  /// Learned against exact; nil unless a run is compared.
  public let learned: MeanFieldTrainingVerdict?
  /// The policies in markets: that of the exact equilibrium first, where there is one.
  public let policies: [Judged]
  /// Wall-clock time.
  public let seconds: Double
  /// What the interaction's first scalar is called.
  let interaction: String
  private let title: String?

  enum CodingKeys: String, CodingKey {
    case schema, command, game, policies, seconds
  }

  /// The keys of learned against exact, for a run, with `game` and `policies` beside them.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if var learned {
      learned.seconds = seconds
      try learned.encode(to: encoder)
    } else {
      try container.encode("equilibrium-lab/compare-market/1", forKey: .schema)
      try container.encode("compare", forKey: .command)
      try container.encode(seconds, forKey: .seconds)
    }
    try container.encode(game, forKey: .game)
    try container.encode(policies, forKey: .policies)
  }

  /// Places the equilibrium of a configuration in markets: the lowest that is not degenerate, with
  /// everybody mixing where it mixes.
  ///
  /// - Parameter table: a policy table whose policies are judged too, as `lab compare --policy`.
  /// - Throws: `ConfigurationError` for continuous actions; `FileError` about the table;
  ///   `MeanFieldError` if there is neither an equilibrium nor a table; `TrainingStop` if stopped.
  public init(
    _ configuration: MeanFieldConfiguration, table: String? = nil, options: MarketOptions,
    interruption: Interruption, status: StatusLine
  ) throws {
    let began = Date()
    let game = try configuration.finiteGame()
    let solution = try configuration.solve(isCancelled: { interruption.isRequested })
    if interruption.isRequested { throw TrainingStop.stopped }
    var entrants: [Entrant] = []
    if let exact = solution.principal, exact.isEquilibrium {
      entrants.append(try Entrant(exact, of: game))
    }
    if let table {
      // Labels and actions are the same at every m, so any will do for reading.
      let near =
        solution.principal?.m
        ?? game.interactionBounds.map { 0.5 * ($0.lowerBound + $0.upperBound) }
      let named = try PolicyTable.read(table, game: game.frozen(at: near))
      for name in named.keys.sorted() {
        let policy = MeanFieldPolicy(weights: named[name]![0].probabilities)
        entrants.append(
          Entrant(
            policy: name, seed: nil,
            subject: try MarketSubject(game, population: policy, near: near)))
      }
    }
    guard !entrants.isEmpty else {
      let why =
        solution.principal == nil
        ? "no equilibrium was found"
        : "there is no equilibrium: \(MeanFieldVerdict(solution).note)"
      throw MeanFieldError.unsuitable("\(why); name a policy with --policy and --config")
    }
    let gap = options.applied(
      to: MarketSettings.gap(configuration.resolved.group("market"), seed: configuration.seed))
    policies = try Self.judge(entrants, gap, interruption, status)
    self.game = configuration.title
    interaction = game.layout.interactionNames[0]
    title = nil
    learned = nil
    seconds = -began.timeIntervalSinceNow
  }

  /// Judges a run anew and places the policy of one of its seeds in markets beside the exact
  /// equilibrium: of the seed that the run's argument names, else of the first finished one. Nothing
  /// is trained and nothing is written.
  ///
  /// - Throws: `FileError` if the run is missing, unfinished or damaged; `TrainingStop`.
  public init(
    _ run: RunFolder, options: MarketOptions, interruption: Interruption,
    status: StatusLine
  ) throws {
    let began = Date()
    let session = try MeanFieldTrainingSession.compare(run, interruption: interruption)
    let configuration = session.configuration
    let game = try configuration.finiteGame()
    let folder = run.seedFolder(session.verdict.seeds[0])
    let learned = try LearnedEquilibrium(folder, game: game)
    var entrants: [Entrant] = []
    let solution = try? configuration.solver(.evaluation).solve(
      configuration.model, isCancelled: { interruption.isRequested })
    if interruption.isRequested { throw TrainingStop.stopped }
    if let exact = solution?.principal, exact.isEquilibrium {
      entrants.append(try Entrant(exact, of: game))
    }
    entrants.append(
      Entrant(
        policy: "learned", seed: folder.seed,
        subject: try MarketSubject(
          game, population: learned.policy, near: learned.summary.estimate.m)))
    let gap = options.applied(
      to: MarketSettings.gap(configuration.resolved.group("market"), seed: configuration.seed))
    policies = try Self.judge(entrants, gap, interruption, status)
    self.game = configuration.title
    interaction = game.layout.interactionNames[0]
    title = session.title
    self.learned = session.verdict
    seconds = -began.timeIntervalSinceNow
  }

  /// A policy about to be judged.
  private struct Entrant {
    var policy: String
    var seed: UInt64?
    var subject: MarketSubject
    var note = "m is what a population following it keeps up"

    init(policy: String, seed: UInt64?, subject: MarketSubject) {
      self.policy = policy
      self.seed = seed
      self.subject = subject
    }

    /// The policy of an equilibrium.
    init(_ crossing: MeanFieldCrossing, of game: any MeanFieldGame) throws {
      self.init(policy: "exact", seed: nil, subject: try MarketSubject(game, crossing))
      note =
        crossing.kind == .mixed
        ? "mixed equilibrium, everybody mixing" : "\(crossing.kind.rawValue) equilibrium"
    }
  }

  private static func judge(
    _ entrants: [Entrant], _ gap: MarketGap, _ interruption: Interruption,
    _ status: StatusLine
  ) throws -> [Judged] {
    defer { status.clear() }
    do {
      return try entrants.map { entrant in
        Judged(
          policy: entrant.policy, seed: entrant.seed, note: entrant.note,
          market: try gap.judge(
            entrant.subject, isCancelled: { interruption.isRequested },
            progress: { status.show("\(entrant.policy) policy among \($0) agents") }))
      }
    } catch is CancellationError {
      throw TrainingStop.stopped
    }
  }

  /// The tables a person reads, at most 80 columns wide.
  public var text: String {
    var lines: [String] = []
    if let learned, let title { lines += [title, "", learned.text, ""] }
    lines += ["\(game) among N agents", ""]
    for judged in policies {
      lines += [judged.head, "", judged.market.table(interaction: interaction), ""]
      lines += judged.market.legend
      lines.append("")
    }
    lines.append(MarketReport.explanation)
    return lines.joined(separator: "\n")
  }

  /// Draws value gaps and gains against N into a folder.
  ///
  /// - Throws: `FileError` if the folder cannot be made.
  public func draw(into folder: String) throws -> Plot.Outcome {
    try Plot.market(self, folder: folder)
  }
}

extension MarketComparison.Judged {
  /// Whose policy it is and what it is worth in the continuum.
  var head: String {
    let whose = seed.map { "\(policy) by seed \($0)" } ?? policy
    let m = market.m.map { compactDecimal($0) }.joined(separator: ", ")
    var text = "\(whose): m = \(m) (\(note))\nvalue in the continuum J∞ = "
    text += tableNumber(market.limitValue)
    if let gain = market.limitGain { text += ", gain from deviating there \(tableNumber(gain))" }
    return text
  }
}
