/// A family of games that says what play means in its own terms, such as prices or profit gains.
///
/// A measure is a mean over the long run of play: a function of the law over rows alone, and so the
/// same from whichever date of a cycle one starts to look. Who computes the law is another matter
/// (`StochasticGame.longRunPlay`, exactly; a simulation's frequencies would do as well).
public protocol MeasuredGame: GameFamily {
  /// The measures' names, in the order of `measures(of:in:)`; slash-grouped, players from 1.
  var measureNames: [String] { get }

  /// The measures of play.
  ///
  /// - Parameters:
  ///   - play: how often each joint action is played at each state.
  ///   - game: this family's `stochasticGame()`.
  /// - Returns: one finite value per name.
  /// - Throws: `GameError` if the game is not this family's.
  func measures(of play: RowLaw, in game: StochasticGame) throws -> [Double]

  /// What actions are, such as `price`, in games where it is asked how play answers a one-time
  /// departure to the best reply of the moment; nil in others.
  var departureQuantity: String? { get }
  /// Levels of that quantity to hold the answer against, such as the monopoly price. Throws
  /// `GameError` if they cannot be solved for.
  func departureLevels() throws -> [(name: String, value: Double)]
}

extension MeasuredGame {
  /// Nobody asks, unless a family says otherwise.
  public var departureQuantity: String? { nil }
  /// None, unless a family says otherwise.
  public func departureLevels() throws -> [(name: String, value: Double)] { [] }
}

/// How often each joint action is played at each state: a law over the rows of a game.
///
/// Sparse: only rows that are played are listed, ascending. A pure profile of a game without chance
/// has as many entries as its cycle has dates.
public struct RowLaw: Sendable, Equatable {
  /// One row that is played.
  public struct Entry: Sendable, Equatable {
    /// The state it belongs to.
    public let state: Int
    /// The row.
    public let row: Int
    /// The share of dates at which it is played, above 0.
    public let probability: Double

    /// Creates an entry.
    public init(state: Int, row: Int, probability: Double) {
      self.state = state
      self.row = row
      self.probability = probability
    }
  }

  /// The rows played, ascending, with shares that sum to 1.
  public let entries: [Entry]

  /// Wraps entries, putting them in order; the caller vouches for the law.
  public init(_ entries: [Entry]) { self.entries = entries.sorted { $0.row < $1.row } }

  /// The mean of a quantity over dates.
  public func mean(_ quantity: (_ state: Int, _ row: Int) -> Double) -> Double {
    entries.reduce(0) { $0 + $1.probability * quantity($1.state, $1.row) }
  }

  /// The mean payoff per period of `player`.
  public func meanPayoff(_ player: Int, in game: StochasticGame) -> Double {
    mean { _, row in game.payoff(player, row: row) }
  }

  /// The share of dates spent at each state of `game`.
  public func stateLaw(in game: StochasticGame) -> [Double] {
    var law = [Double](repeating: 0, count: game.stateCount)
    for entry in entries { law[entry.state] += entry.probability }
    return law
  }
}
