internal import Configuration
internal import Environments
public import Equilibria
public import Foundation

/// What a user asks of `lab compare`.
public struct CompareOptions: Sendable {
  /// Which equilibria policies are held against.
  public var against: Against
  /// Drawn starts of the search for equilibria.
  public var starts: Int
  /// Seconds allowed for it for each game; nil for no limit. When it strikes, the set is called *at
  /// least*, and depends on the machine.
  public var timeLimit: Double?
  /// When a seed counts as having selected one.
  public var rule: MatchRule
  /// Which policy the tables are about: last, average or best.
  public var policy: String
  /// Whether policies of all seeds and runs are played against each other.
  public var playsAcross: Bool
  /// Worker threads; results do not depend on it.
  public var threads: Int

  /// The defaults.
  public init(
    against: Against = .found, starts: Int = Against.usualStarts, timeLimit: Double? = nil,
    rule: MatchRule = MatchRule(),
    policy: String = "last",
    playsAcross: Bool = false, threads: Int = ProcessInfo.processInfo.activeProcessorCount
  ) {
    self.against = against
    self.starts = starts
    self.timeLimit = timeLimit
    self.rule = rule
    self.policy = policy
    self.playsAcross = playsAcross
    self.threads = threads
  }
}

/// One `lab compare`: runs judged anew, matched with the equilibria of their games, and compared with
/// each other.
public struct CompareSession: Sendable {
  /// One run.
  public struct Run: Sendable {
    /// Its verdict, as after training.
    public fileprivate(set) var session: TrainingSession
    /// Which of the session's games it plays.
    public let game: Int
    /// Its policies held against that game's equilibria, by name.
    public let matching: [String: PolicyMatching]
    /// What it is called in tables about several runs: what tells it from the others.
    public let name: String
    let judged: JudgedRun
  }

  /// The runs, in the order given.
  public private(set) var runs: [Run]
  /// The known equilibria of the games, each game once.
  public let equilibria: [KnownDocument]
  /// The comparison of the runs of each game that has several; else empty.
  public let comparisons: [GroupComparison]
  /// Cross-play of the runs of each game, if asked for.
  public let crossPlay: [CrossPlay]
  let options: CompareOptions
  let seconds: Double

  /// Judges runs. Nothing is trained and nothing is written.
  ///
  /// Runs are grouped by the content of their games; a run given twice counts once.
  /// - Parameters:
  ///   - names: what the runs are called in tables; made from their configurations if nil.
  ///   - seeds: the seeds that count; all finished ones if nil.
  ///   - progress: told of the search for equilibria.
  /// - Throws: `FileError` if a run is missing, unfinished or damaged; what solvers throw.
  public init(
    _ folders: [RunFolder], options: CompareOptions, names givenNames: [String]? = nil,
    seeds: [UInt64]? = nil, interruption: Interruption, progress: ProgressDisplay
  ) throws {
    let began = Date()
    self.options = options
    var judged: [JudgedRun] = []
    for folder in folders where !judged.contains(where: { $0.run.path == folder.path }) {
      judged.append(try JudgedRun(folder, seeds: seeds, interruption: interruption))
    }
    var games: [[Int]] = []
    for (index, run) in judged.enumerated() {
      let game = run.configuration.game
      if let known = games.firstIndex(where: { judged[$0[0]].configuration.game.isSame(as: game) })
      {
        games[known].append(index)
      } else {
        games.append([index])
      }
    }
    let names = givenNames ?? runNames(judged.map(\.configuration))
    var runs = [Run?](repeating: nil, count: judged.count)
    var documents: [KnownDocument] = []
    var comparisons: [GroupComparison] = []
    var crossPlay: [CrossPlay] = []
    for (number, members) in games.enumerated() {
      let configuration = judged[members[0]].configuration
      let limit = options.rule.epsilon * configuration.game.payoffRange
      // Only what could select an equilibrium is worth a start of its own.
      let starts = members.flatMap { index -> [Profile] in
        let run = judged[index]
        return zip(run.summaries, run.profiles(options.policy)).filter {
          $0.0[options.policy].nashConv <= limit
        }.map(\.1)
      }
      let known = try options.equilibria(
        configuration, from: distinct(starts), progress: progress, interruption: interruption)
      documents.append(KnownDocument(known))
      for index in members {
        runs[index] = Run(
          session: try TrainingSession.compare(
            judged[index], threads: options.threads, interruption: interruption),
          game: number,
          matching: try judged[index].matching(
            known, rule: options.rule, threads: options.threads),
          name: names[index], judged: judged[index])
      }
      if members.count > 1 {
        comparisons.append(
          try GroupComparison(
            members.map { index in
              try ScoreGroup(
                name: names[index], task: configuration.title,
                seeds: judged[index].summaries.map(\.seed),
                scores: judged[index].summaries.map { summary in
                  withoutRounding(summary[options.policy].nashConv, configuration.game)
                })
            },
            settings: ComparisonSettings(
              measure: "NashConv at \(startName(configuration.game)), \(options.policy) policy",
              orientation: .lowerIsBetter, seed: configuration.seed)))
      }
      if options.playsAcross {
        crossPlay.append(
          try CrossPlay(
            members.map { (names[$0], judged[$0].profiles(options.policy)) },
            policy: options.policy, game: configuration.game, seed: configuration.seed,
            threads: options.threads, interruption: interruption))
      }
    }
    self.runs = runs.map { $0! }
    equilibria = documents
    self.comparisons = comparisons
    self.crossPlay = crossPlay
    seconds = -began.timeIntervalSinceNow
    for index in self.runs.indices { self.runs[index].session.verdict.seconds = seconds }
  }
}

/// A NashConv that is rounding, by the payoffs' own scale, is none: no test may turn on it.
func withoutRounding(_ nashConv: Double, _ game: StochasticGame) -> Double {
  nashConv <= 1e-9 * game.payoffRange ? 0 : nashConv
}

/// At most this many learned policies are starts of the search for equilibria.
private let maximumStarts = 100

/// The profiles without repetition, the first `maximumStarts` of them.
private func distinct(_ profiles: [Profile]) -> [Profile] {
  var found: [Profile] = []
  for profile in profiles where !found.contains(profile) {
    found.append(profile)
    if found.count == maximumStarts { break }
  }
  return found
}

/// What tells configurations apart in a table: their learners, or the keys in which they differ, or
/// else the experiment's name with the fingerprint.
func runNames(_ configurations: [ExperimentConfiguration]) -> [String] {
  let keys = configurations.map { flattened($0.resolved, prefix: "") }
  let differing = Set(keys.flatMap(\.keys)).filter { key in
    !["experiment", "seed", "replicates"].contains(key) && Set(keys.map { $0[key] }).count > 1
  }.sorted()
  let byKey = keys.map { own in
    differing.compactMap { key in
      own[key].map { "\(key.split(separator: ".").suffix(2).joined(separator: ".")) \($0)" }
    }.joined(separator: ", ")
  }
  for names in [
    configurations.map(\.seats.text), byKey, configurations.map(\.experiment),
    configurations.map { "\($0.experiment) \($0.hash.prefix(6))" },
  ] where Set(names).count == names.count && names.allSatisfy({ (1...40).contains($0.count) }) {
    return names
  }
  return configurations.map(\.hash)
}

/// Every value of a resolved configuration under its dotted key.
private func flattened(_ set: ParameterSet, prefix: String) -> [String: String] {
  var found: [String: String] = [:]
  for entry in set.entries {
    if case .group(let inner) = entry.value {
      found.merge(flattened(inner, prefix: prefix + entry.name + ".")) { first, _ in first }
    } else {
      found[prefix + entry.name] = entry.value.text
    }
  }
  return found
}

extension CompareSession: Encodable {
  enum CodingKeys: String, CodingKey {
    case schema, command, runs, equilibria, comparisons, seconds, policy, against, matching, name
    case crossPlay = "cross_play"
    case game = "equilibria_index"
  }

  /// With one run, its verdict's keys with `matching` and `equilibria` beside them; with several, a
  /// list of such runs.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    if runs.count == 1 {
      try runs[0].session.verdict.encode(to: encoder)
      try container.encode(runs[0].matching, forKey: .matching)
    } else {
      try container.encode("equilibrium-lab/compare/1", forKey: .schema)
      try container.encode("compare", forKey: .command)
      try container.encode(runs, forKey: .runs)
      try container.encode(comparisons, forKey: .comparisons)
      try container.encode(seconds, forKey: .seconds)
    }
    try container.encode(options.against.rawValue, forKey: .against)
    try container.encode(options.policy, forKey: .policy)
    try container.encode(equilibria, forKey: .equilibria)
    if options.playsAcross { try container.encode(crossPlay, forKey: .crossPlay) }
  }
}

extension CompareSession.Run: Encodable {
  /// The verdict's keys, with the name, the index into `equilibria`, and `matching`.
  public func encode(to encoder: any Encoder) throws {
    try session.verdict.encode(to: encoder)
    var container = encoder.container(keyedBy: CompareSession.CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(game, forKey: .game)
    try container.encode(matching, forKey: .matching)
  }
}
