/// A mixed profile of a bimatrix game with what it pays.
public struct StageEquilibrium: Sendable, Equatable {
  /// Action probabilities, shape [player][action]; player 0 chooses rows, player 1 columns.
  public let strategies: [[Double]]
  /// Expected payoffs, indexed by player.
  public let values: [Double]

  /// Stores a profile and its payoffs as given; nothing is checked here (see
  /// `BimatrixGame.maxRegret`).
  public init(strategies: [[Double]], values: [Double]) {
    self.strategies = strategies
    self.values = values
  }

  /// The profile (x, y) with the payoffs `game` gives it.
  public init(_ x: [Double], _ y: [Double], in game: BimatrixGame) {
    let payoffs = game.expectedPayoffs(x, y)
    self.init(strategies: [x, y], values: [payoffs.row, payoffs.column])
  }

  /// Whether each player puts all probability on one action.
  public var isPure: Bool {
    strategies.allSatisfy { strategy in strategy.count(where: { $0 != 0 }) == 1 }
  }
}
