/// A stochastic game whose states fall into points that play never comes back to once it has left
/// them: a directional dynamic game.
///
/// A state is (d, x): its *directional* part d, here called a point, and the rest x, which may move to
/// and fro as long as d stays (Iskhakov, Rust and Schjerning 2016, section 2.1, definitions 2–5). What
/// counts is what *some* feasible joint action can do, whether or not anybody would play it: an edge
/// leads from d to d′ if some row of the game moves some state of d to a state of d′. If that graph
/// has no cycle, the game can be solved point by point from its end, one stage game a point.
public struct DirectionalGame: Sendable {
  /// The game written out.
  public let game: StochasticGame
  /// The point of each state; points count from 0.
  public let pointOfState: [Int]
  /// The states of each point, ascending.
  public let states: [[Int]]
  /// Which points lead where, and the stages.
  public let order: DirectionalOrder

  /// Finds the stages of a game.
  ///
  /// - Parameter points: a number for each state; states with the same number make one point. Points
  ///   are then numbered from 0 in ascending order of these numbers. Nil for the finest points there
  ///   are, the strongly connected components of the graph of moves, numbered by their lowest state:
  ///   every game is directional in those, if only with a single point.
  /// - Complexity: linear in transitions, and n log n in points.
  /// - Throws: `DirectionalGameLoop` if play can come back to a point that it has left; `GameError` if
  ///   there is not one number for each state.
  public init(_ game: StochasticGame, points: [Int]? = nil) throws {
    if let points, points.count != game.stateCount {
      throw GameError(
        "points", "\(points.count) numbers for \(game.stateCount) states; each state needs one")
    }
    let given = points ?? game.strongComponents()
    let names = Set(given).sorted()
    let number = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let pointOfState = given.map { number[$0]! }
    var states = [[Int]](repeating: [], count: names.count)
    for (state, point) in pointOfState.enumerated() { states[point].append(state) }
    let successors = states.map { members in
      var found: Set<Int> = []
      for state in members {
        for next in game.reach(of: state) { found.insert(pointOfState[Int(next)]) }
      }
      return Array(found)
    }
    do {
      order = try DirectionalOrder(successors: successors)
    } catch let loop as DirectionalLoop {
      throw DirectionalGameLoop(loop.points, game, states, pointOfState)
    }
    self.game = game
    self.pointOfState = pointOfState
    self.states = states
  }

  /// The number of points.
  public var pointCount: Int { states.count }

  /// What the states of a point are called.
  public func label(of point: Int) -> String {
    let names = states[point].prefix(4).map { game.stateLabels[$0].description }
    let more = states[point].count - names.count
    return names.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
  }
}

extension StochasticGame {
  /// Where the joint actions of a state may lead, with repetitions.
  func reach(of state: Int) -> ArraySlice<Int32> {
    nextStates[
      transitionOffsets[jointOffsets[state]]..<transitionOffsets[jointOffsets[state + 1]]]
  }
}

/// Points that were to be directional, and are not: play can leave one and come back.
public struct DirectionalGameLoop: Error, Sendable, Equatable, CustomStringConvertible {
  /// A move from a state of one point to a state of the next.
  public struct Move: Sendable, Equatable {
    /// Label of the state that is left.
    public let from: String
    /// Label of the state that is entered.
    public let to: String
  }

  /// Points each of which leads to the next, and the last to the first.
  public let points: [Int]
  /// One possible move out of each of these points into the next.
  public let moves: [Move]

  init(_ points: [Int], _ game: StochasticGame, _ states: [[Int]], _ pointOfState: [Int]) {
    self.points = points
    moves = points.indices.map { place in
      let target = points[(place + 1) % points.count]
      let from = states[points[place]].first { state in
        game.reach(of: state).contains { pointOfState[Int($0)] == target }
      }!
      let to = game.reach(of: from).first { pointOfState[Int($0)] == target }!
      return Move(
        from: game.stateLabels[from].description, to: game.stateLabels[Int(to)].description)
    }
  }

  /// The cycle in the words of the game, and the way out.
  public var description: String {
    let cycle = moves.map { "\($0.from) → \($0.to)" }.joined(separator: ", ")
    return
      "points \(points.map(String.init).joined(separator: ", ")) are not directional, since play "
      + "can leave each for the next and so come back: \(cycle); give these states one point, inside "
      + "which they may move to and fro"
  }
}
