internal import Configuration
internal import Environments
internal import Equilibria
internal import Statistics

/// A directional game as `lab solve` sees it: what its equilibria are searched, judged and described
/// by. One conformance for the leapfrogging duopoly, which is never written out, and one for every game
/// that is.
protocol DirectionalSubject: Sendable {
  /// An equilibrium as the search has it.
  associatedtype Equilibrium: Sendable

  /// States, as documents count them.
  var stateCount: Int { get }
  /// Stage games, as many as a string has digits.
  var pointCount: Int { get }
  /// Stages of the game.
  var stageCount: Int { get }
  /// Players.
  var playerCount: Int { get }
  /// The game in a few words: `5 cost levels, simultaneous moves`.
  var summary: String { get }
  /// What the two players are called whose payoffs are tallied.
  var payees: [String] { get }
  /// Where payoffs are tallied: `the apex`.
  var place: String { get }
  /// With alternating moves, whose turn it is there, from 1.
  var turn: Int? { get }
  /// No value is larger than this in magnitude.
  var valueBound: Double { get }
  /// What one owner of both firms would have; nil where that has no meaning.
  var planner: Double? { get }
  /// Parameters that a tie can be undone with: `K or beta`.
  var levers: String { get }

  /// A point, numbered in solving order, in words: `c1 = 5, c2 = 2.5, c = 0`.
  func words(_ point: Int) -> String
  /// Numbers that tell a point apart in documents; nil for games whose states have labels.
  func costs(_ point: Int) -> [Double]?

  /// A point with several equilibria where there are too many states to search them all, and what is
  /// to be done; nil if all can be searched.
  func tooLarge() throws -> (key: String, value: String, rule: String)?

  /// Visits every equilibrium.
  func enumerate(
    _ limits: EnumerationLimits, resuming: EnumerationResumption?, threads: Int,
    isCancelled: @escaping @Sendable () -> Bool, progress: @escaping @Sendable (UInt128) -> Void
  ) throws -> EnumerationOutcome
  /// Counts without visiting; nil if this game cannot be counted like that.
  func count(
    _ limits: EnumerationLimits, threads: Int, isCancelled: @escaping @Sendable () -> Bool,
    progress: @escaping @Sendable (Int, Int) -> Void
  ) throws -> EnumerationOutcome?
  /// The number of symmetric equilibria where a search of its own has it; nil without symmetry, or if
  /// there are more than the limits allow.
  func countSymmetric(
    _ limits: EnumerationLimits, threads: Int, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> UInt128?

  /// The equilibrium of a string; digits that are not given are 0.
  func equilibrium(string: [Int]) throws -> Equilibrium
  /// One at the end of a random descent.
  func randomEquilibrium(_ choose: (Int) -> Int) throws -> Equilibrium
  /// All in order; false from `visit` ends the search.
  func forEachEquilibrium(_ visit: (Equilibrium) throws -> Bool) throws

  /// Judges an equilibrium by code that shares nothing with the search.
  func judge(_ equilibrium: Equilibrium) throws -> DirectionalJudgement
  /// About how long that takes, in seconds on some machine: the same on every machine.
  var judgingTime: Double { get }
  /// Visits all once more; nil if cancelled.
  func survey(isCancelled: () -> Bool) throws -> DirectionalSurvey?

  /// The string, the bases and all that documents say of an equilibrium.
  func portrait(_ equilibrium: Equilibrium) -> DirectionalPortrait
  /// An equilibrium with its certificate, as profiles of the game that is played.
  ///
  /// - Parameter game: the game written out; of a finite horizon, one period of it.
  func solution(_ equilibrium: Equilibrium, in game: StochasticGame) throws -> BellmanNashSolution
  /// A path of play under an equilibrium, from where play starts: at most so many periods, fewer if
  /// nothing can change any more.
  func path(
    _ equilibrium: Equilibrium, periods: Int, using stream: inout RandomStream
  ) -> DirectionalPath
}

/// What a certificate says of an equilibrium.
struct DirectionalJudgement: Sendable {
  var largestGain: Double
  /// With private shocks: largest difference of a probability to the best one.
  var largestChoiceError = 0.0
  /// Largest difference between values of the search and of the certificate's linear solves.
  var valueGap: Double
  var tolerance: Double
  var isCertified: Bool
  /// What a planner's value is compared with: expected discounted savings less outlays where payoffs are
  /// tallied; nil where the game has no planner.
  var surplus: Double?
  /// A point with an even number of stage equilibria.
  var even: Int?
}

/// What all equilibria together are like.
struct DirectionalSurvey: Sendable {
  /// Shares of the planner's value.
  struct Efficiency: Sendable {
    var lowest: Double
    var mean: Double
    var highest: Double
    /// How many attain all of it, to 1e-9.
    var efficient: Int
    /// The numbers of the first of them.
    var numbers: [Int]
  }

  /// Those in which every probability is 0 or 1.
  var pureCount: Int
  /// Those that are their own mirror image; nil if the game has no symmetry.
  var symmetricCount: Int?
  /// Nil where the game has no planner.
  var efficiency: Efficiency?
}

/// One equilibrium, as documents show it.
struct DirectionalPortrait: Sendable {
  /// One state.
  struct State: Encodable, Sendable {
    /// The state's label, of games that are written out.
    var state: Label?
    /// c1, c2, c of the leapfrogging duopoly.
    var costs: [Double]?
    /// `[turn][player]`; one turn unless moves alternate.
    var values: [[Double]]
    /// Probabilities of investing; with alternating moves each on the firm's own turn.
    var invest: [Double]?
    /// The laws `[player][action]`, of games that are written out.
    var policies: [[Double]]?
    /// Which equilibrium of the stage game this is, from 0.
    var digit: Int
    /// How many the stage game has.
    var base: Int
  }

  var string: [Int]
  /// Of every player where payoffs are tallied.
  var payoffs: [Double]
  /// In solving order.
  var states: [State]
  /// A table's header and its rows, `[state][row]`, in the order of `states`.
  var header: [String]
  var rows: [[[String]]]
}

/// A path of play.
struct DirectionalPath: Encodable, Sendable {
  /// What `states` are numbers of: `c1`, `c2`, `c`; `state` for a state's index.
  var coordinates: [String]
  /// `[period][coordinate]`, the first state first.
  var states: [[Double]]
  /// The states' labels, of games that are written out.
  var labels: [Label]?
  /// Who does what, `[period][player]`; the last state may have none.
  var actions: [[String]]
  /// Whether nothing can change any more.
  var ended: Bool
}
