internal import Environments
internal import Equilibria
internal import Statistics
internal import Synchronization

/// Policies of different seeds and learners played against each other, exactly.
///
/// In cell (A, B), player 1 follows a policy that run A learned for that seat and everybody else the
/// policies that run B learned for theirs, over all pairs of seeds; within one run only of different
/// seeds, which have never met in training. Values are evaluated from the model, so what
/// intervals cover is the choice of seeds alone: two-way percentile bootstrap, resampling A's and
/// B's seeds independently.
public struct CrossPlay: Encodable, Sendable {
  /// One pair of runs.
  public struct Cell: Encodable, Sendable {
    /// Pairs of seeds averaged over.
    public var pairs: Int
    /// Mean value of each player under the initial law, with its 95% interval; null if there is no
    /// pair, which is so within a run of one seed.
    @OrNull public var values: [Estimate]?
  }

  /// A mean with an interval.
  public struct Estimate: Encodable, Sendable, Equatable {
    /// The mean.
    public var mean: Double
    /// Lower end of the 95% interval.
    public var low: Double
    /// Upper end.
    public var high: Double
  }

  /// Which policies played: last, average or best.
  public var policy: String
  /// The runs, in the order of rows and columns.
  public var runs: [String]
  /// Seeds of each run that took part: the first so many.
  public var seeds: [Int]
  /// `[row][column]`.
  public var cells: [[Cell]]

  /// Most pairs of seeds in a cell; runs with more seeds take part with their first ones.
  static let maximumPairs = 4096
  private static let replications = 2000

  /// Plays runs of one game against each other.
  ///
  /// - Parameters:
  ///   - runs: names with one profile a seed.
  ///   - seed: of the bootstrap.
  /// - Complexity: one evaluation of a profile per pair.
  /// - Throws: what evaluation throws; `TrainingStop` if interrupted.
  init(
    _ runs: [(name: String, profiles: [Profile])], policy: String, game: StochasticGame,
    seed: UInt64, threads: Int, interruption: Interruption
  ) throws {
    self.policy = policy
    self.runs = runs.map(\.name)
    let most = Int(Double(Self.maximumPairs).squareRoot())
    let chosen = runs.map { Array($0.profiles.prefix(most)) }
    seeds = chosen.map(\.count)
    cells = []
    for (row, first) in chosen.enumerated() {
      cells.append([])
      for (column, second) in chosen.enumerated() {
        let table = try Self.values(
          first, second, isSame: row == column, game: game, threads: threads,
          interruption: interruption)
        let index = 2_000_000 + row * runs.count + column
        cells[row].append(
          try Self.cell(
            table, rows: first.count, columns: second.count, players: game.playerCount,
            stream: RandomStream(seed: seed, role: .bootstrap, index: index)))
      }
    }
  }

  /// Values under the initial law, `[row seed × column seed]`; nil for a seed against itself.
  private static func values(
    _ first: [Profile], _ second: [Profile], isSame: Bool, game: StochasticGame, threads: Int,
    interruption: Interruption
  ) throws -> [[Double]?] {
    let found = Mutex<[Result<[Double], any Error>?]>(
      Array(repeating: nil, count: first.count * second.count))
    forEach(first.count, threads: threads) { row in
      for column in second.indices where !(isSame && row == column) {
        if interruption.isRequested { return }
        let result = Result {
          var profile = second[column]
          profile[0] = first[row][0]
          return try game.values(of: profile).map { dot(game.initial, $0) }
        }
        found.withLock { $0[row * second.count + column] = result }
      }
    }
    if interruption.isRequested { throw TrainingStop.stopped }
    return try found.withLock { try $0.map { try $0?.get() } }
  }

  private static func cell(
    _ table: [[Double]?], rows: Int, columns: Int, players: Int,
    stream: consuming RandomStream
  ) throws -> Cell {
    var stream = stream
    let pairs = table.count { $0 != nil }
    guard pairs > 0 else { return Cell(pairs: 0, values: nil) }
    func means(_ pick: (Int, Int) -> Int) -> [Double]? {
      var sums = [Double](repeating: 0, count: players)
      var count = 0
      for row in 0..<rows {
        for column in 0..<columns {
          guard let values = table[pick(row, column)] else { continue }
          for player in 0..<players { sums[player] += values[player] }
          count += 1
        }
      }
      return count > 0 ? sums.map { $0 / Double(count) } : nil
    }
    let means0 = means { $0 * columns + $1 }!
    var resampled = [[Double]](repeating: [], count: players)
    for _ in 0..<replications {
      let rowDraws = (0..<rows).map { _ in stream.index(below: rows) }
      let columnDraws = (0..<columns).map { _ in stream.index(below: columns) }
      // Only a resample that drew one and the same seed throughout has no pair; it is left out.
      guard let drawn = means({ rowDraws[$0] * columns + columnDraws[$1] }) else { continue }
      for player in 0..<players { resampled[player].append(drawn[player]) }
    }
    return Cell(
      pairs: pairs,
      values: try (0..<players).map { player in
        let sorted = try SortedSample(resampled[player])
        return Estimate(
          mean: means0[player], low: sorted.quantile(0.025), high: sorted.quantile(0.975))
      })
  }

  /// One matrix a player: rows sit in seat 1, columns in the others.
  public func text(start: String) -> String {
    var lines: [String] = []
    let players = cells.joined().compactMap { $0.values?.count }.max() ?? 0
    for player in 0..<players {
      var table = TextTable(
        ["player 1 \\ others"] + runs.indices.map { "\($0 + 1)" })
      for (row, name) in runs.enumerated() {
        table.add(
          ["\(row + 1) \(name)"]
            + cells[row].map { cell in
              guard let value = cell.values?[player] else { return "no pair" }
              return "\(tableNumber(value.mean)) "
                + "[\(tableNumber(value.low)), \(tableNumber(value.high))]"
            })
      }
      lines += ["value of player \(player + 1) at \(start)", table.text, ""]
    }
    lines.append(
      """
      Rows sit in seat 1, columns in the other seats: mean over pairs of seeds (within a run, of
      different seeds) with the 95% interval over the choice of seeds.
      """)
    return lines.joined(separator: "\n")
  }
}
