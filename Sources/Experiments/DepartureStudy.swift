internal import Environments
internal import Equilibria
internal import Foundation
internal import Statistics
internal import Synchronization

/// How the learned play of a run's seeds answers one player's one-time departure to its best reply of
/// the moment: Calvano, Calzolari, Denicolò and Pastorello (2020, figure 4) for prices.
///
/// Each seed starts from the long run of its last policies, from where training ended; every player
/// departs in turn, and a seed counts with the mean over them.
struct DepartureStudy {
  private let configuration: ExperimentConfiguration
  private let quantity: String
  private let levels: [Plot.Level]

  /// Periods followed, the departure's own included.
  static let periods = 15

  /// The study of a configuration's game; nil if nobody asks there.
  init?(_ configuration: ExperimentConfiguration) throws {
    guard let family = try configuration.measuredFamily(), let quantity = family.departureQuantity
    else { return nil }
    self.configuration = configuration
    self.quantity = quantity
    levels = try family.departureLevels().map { Plot.Level($0.name, $0.value) }
  }

  /// Follows the answers of all seeds, exactly; nil where nothing was played.
  ///
  /// - Throws: `FileError` if a policy table is damaged; `TrainingStop` if interrupted.
  func summary(
    _ run: RunFolder, _ summaries: [SeedSummary], threads: Int, interruption: Interruption
  ) throws -> ImpulseResponseSummary? {
    let game = configuration.game
    let found = Mutex<[Int: Result<[ImpulseResponse], any Error>]>([:])
    forEach(summaries.count, threads: threads) { index in
      guard let state = summaries[index].finalState, !interruption.isRequested else { return }
      let responses = Result {
        let table = try PolicyTable.read(
          run.seedFolder(summaries[index].seed).policyPath, game: game)
        let profile = table["last"]!
        let start = try game.longRunPlay(of: profile, fromState: state).stateLaw(in: game)
        return try (0..<game.playerCount).map { player in
          try ImpulseResponse(
            in: game, profile: profile, player: player, deviation: .staticBestResponse,
            start: start, periods: Self.periods)
        }
      }
      found.withLock { $0[index] = responses }
    }
    if interruption.isRequested { throw TrainingStop.interrupted(run: run.path) }
    let responses = try found.withLock { results in
      try summaries.indices.compactMap { try results[$0]?.get() }
    }
    return responses.isEmpty ? nil : try ImpulseResponseSummary(responses)
  }

  /// Draws the answer, with its numbers beside it.
  func plot(
    _ summary: ImpulseResponseSummary, title: String, folder: String
  ) throws -> Plot.Outcome {
    try Plot.impulseResponse(
      summary,
      title: "\(title): a one-time departure, \(summary.seeds) seeds, mean and 95% interval",
      quantity: quantity, levels: levels, folder: folder)
  }
}

/// The answer to a departure as a document shows it; means over seeds with 95% intervals.
public struct DepartureDocument: Encodable, Sendable {
  /// An estimate with its interval.
  public struct Estimate: Encodable, Sendable {
    /// Mean over seeds.
    public var mean: Double
    /// Lower end.
    public var low: Double
    /// Upper end.
    public var high: Double
  }

  /// Seeds.
  public var seeds: Int
  /// Discounted gain of the departing player.
  public var discountedGain: Estimate
  /// Share of seeds in which departing does not pay.
  public var unprofitable: Estimate
  /// Action of the departing player by period, the departure in period 1.
  public var departing: [Estimate]
  /// Mean action of the others by period.
  public var others: [Estimate]

  enum CodingKeys: String, CodingKey {
    case seeds, unprofitable, departing, others
    case discountedGain = "discounted_gain"
  }

  init(_ summary: ImpulseResponseSummary) {
    func estimate(_ interval: Interval) -> Estimate {
      Estimate(mean: interval.estimate, low: interval.low, high: interval.high)
    }
    seeds = summary.seeds
    discountedGain = estimate(summary.discountedGain)
    unprofitable = estimate(summary.unprofitable)
    departing = summary.periods.map { estimate($0.deviator) }
    others = summary.periods.map { estimate($0.rivals) }
  }

  /// A sentence for a person.
  var text: String {
    func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }
    return """
      A one-time departure to the best reply of the moment does not pay in \(percent(unprofitable.mean)) \
      of the
      seeds [\(percent(unprofitable.low)), \(percent(unprofitable.high))]; mean discounted gain \
      \(tableNumber(discountedGain.mean)) [\(tableNumber(discountedGain.low)), \
      \(tableNumber(discountedGain.high))].
      """
  }
}
