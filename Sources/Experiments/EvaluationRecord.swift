internal import Environments
internal import Equilibria

/// What has been judged of one seed so far, and how a row of its metrics is made.
struct EvaluationRecord {
  let game: StochasticGame
  /// Rows judged so far.
  var pointsDone = 0
  /// Step of the last judged row.
  var lastPoint = 0
  /// The last policy with the least NashConv under the initial law so far; the earliest of equals.
  ///
  /// It is an exact judge's choice: no learner could make it without the model.
  var best: BestPolicy?

  init(game: StochasticGame) { self.game = game }

  /// Judges the policies of a step and keeps the best.
  ///
  /// - Throws: what the certificate throws.
  mutating func judge(
    _ last: Profile, _ average: Profile?, step: Int
  ) throws -> (last: JudgedPolicy, average: JudgedPolicy?) {
    let judged = try JudgedPolicy(game, last)
    if best.map({ judged.verdict.nashConv < $0.nashConv }) ?? true {
      best = BestPolicy(
        nashConv: judged.verdict.nashConv, step: step, laws: last.policies.map(\.probabilities))
    }
    return (judged, try average.map { try JudgedPolicy(game, $0) })
  }

  /// Step, rewards, exploration, largest weight, then each policy's measures; players count from 1. Of the best
  /// policy only its NashConv: it is one of the last policies above.
  static func columns(players: Int) -> [String] {
    var columns = ["step"]
    columns += (1...players).map { "train/reward_mean/\($0)" }
    columns += ["train/exploration", "train/weight_max"]
    for policy in ["last", "average"] {
      columns += [
        "\(policy)/equilibrium/nash_conv", "\(policy)/equilibrium/nash_conv_worst",
        "\(policy)/equilibrium/nash_conv_on_path",
      ]
      columns += (1...players).map { "\(policy)/equilibrium/deviation_gain/\($0)" }
      columns += (1...players).map { "\(policy)/eval/value_initial/\($0)" }
    }
    columns += ["best/equilibrium/nash_conv"]
    return columns
  }

  /// A row of the metrics.
  ///
  /// - Throws: `FileError` naming the quantity that is not finite.
  func row(
    _ judged: (last: JudgedPolicy, average: JudgedPolicy?), step: Int, rewards: [Double]?,
    exploration: Double?, weight: Double?
  ) throws -> [Double?] {
    let players = 0..<game.playerCount
    var row: [Double?] = [Double(step)]
    row += players.map { rewards?[$0] }
    row += [exploration, weight]
    for verdict in [judged.last.verdict, judged.average?.verdict] {
      row += [verdict?.nashConv, verdict?.nashConvWorst, verdict?.nashConvOnPath]
      row += players.map { verdict?.deviationGains[$0] }
      row += players.map { verdict?.valueInitial[$0] }
    }
    row.append(best?.nashConv)
    for (value, column) in zip(row, Self.columns(players: players.count)) {
      guard value?.isFinite ?? true else {
        throw FileError(
          "training",
          "\(column) became \(value!) at step \(step); "
            + (column == "train/weight_max"
              ? "what was learned has diverged: smaller steps, other traces, tabular or other "
                + "learner.features or on_policy: true may help" : "smaller step sizes may help"))
      }
    }
    return row
  }
}
