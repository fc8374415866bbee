/// The exact law of play by date, carried forward: what simulated paths are held against.
///
/// λ₀ is the first law; λₜ₊₁(s′) = Σ over cells c of λₜ(s(c)) w(c) P(s′ | c). One step costs a pass
/// over the transitions of the cells played.
public struct PathLaw: Sendable {
  private let game: StochasticGame
  private let tables: PathTables
  /// Cells of each layer and state, `[layer × state]`, and their end.
  private let offsets: [Int]
  /// The law of the state at `period`.
  public private(set) var states: [Double]
  /// The date that `states` belongs to, from 0.
  public private(set) var period = 0

  /// Starts at the tables' first law.
  public init(_ game: StochasticGame, _ tables: PathTables) {
    self.game = game
    self.tables = tables
    states = tables.initial
    var offsets = (0..<tables.layeredStates).map { Int(tables.firstCells[$0]) }
    offsets.append(tables.cellCount)
    self.offsets = offsets
  }

  /// Multiplications of one step.
  public static func cost(_ game: StochasticGame, _ tables: PathTables) -> Int {
    let layers = tables.layeredStates / tables.stateCount
    let moves = tables.rows.reduce(0) {
      $0 + game.transitionOffsets[$1 + 1] - game.transitionOffsets[$1]
    }
    return max(1, moves / layers)
  }

  /// Calls `body` with every cell that is played at this date and its probability.
  public func forEachCell(_ body: (_ cell: Int, _ probability: Double) -> Void) {
    let base = tables.base(period)
    for state in states.indices where states[state] > 0 {
      for cell in offsets[base + state]..<offsets[base + state + 1] {
        body(cell, states[state] * tables.weights[cell])
      }
    }
  }

  /// Moves on by one date.
  ///
  /// - Parameters:
  ///   - absorbing: states whose mass is taken out before moving; nil for none.
  ///   - growth: whether mass grows by the rows' growth factors on the way.
  public mutating func advance(absorbing: [Bool]? = nil, growing growth: Bool = false) {
    if let absorbing {
      for state in states.indices where absorbing[state] { states[state] = 0 }
    }
    var next = [Double](repeating: 0, count: states.count)
    forEachCell { cell, probability in
      let row = tables.rows[cell]
      for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1] {
        let weight = growth ? game.continuations[entry] : game.probabilities[entry]
        next[Int(game.nextStates[entry])] += probability * weight
      }
    }
    states = next
    period += 1
  }
}
