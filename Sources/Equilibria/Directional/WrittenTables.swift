internal import Environments

/// A directional game laid out for solving: points in solving order, transitions split into those that
/// stay inside a point and those that read values found before.
///
/// An equilibrium of a stage game is laid out as values `[state of the point × player]`, padded to
/// `valueCount`, then the players' laws over their actions, state by state. A class, so that handing it
/// on costs one count of references rather than one an array.
final class WrittenTables: Sendable {
  /// How a stage game is solved.
  enum Kind: UInt8, Sendable {
    /// Play has ended: all values are 0.
    case terminal
    /// Nobody, or one player only, has a choice: a decision problem.
    case decision
    /// Two players have one choice of two actions each.
    case twoChoices
    /// One state, two players, a chance of staying that does not depend on what they do.
    case bimatrix
  }

  /// A place where a player has a choice.
  struct Node: Sendable {
    /// State of the point, counted inside it.
    var place: Int
    var player: Int
  }

  let playerCount: Int
  /// As in the game.
  let actionCounts: [Int]
  let jointOffsets: [Int]
  let payoffs: [Double]
  let discounts: [Double]
  /// The point of the game at each position in solving order.
  let points: [Int]
  /// The stage of each position, the end game's being 0.
  let stages: [Int]
  /// The states at each position.
  let states: [[Int]]
  let kinds: [Kind]
  /// Where there is a choice, at each position, by player.
  let nodes: [[Node]]
  /// The positions that each reads, ascending.
  let reads: [[Int]]
  let valueCount: Int
  let width: Int
  /// Where the law of a player at a state lies in the equilibrium of its point, `[state × player]`.
  let lawStart: [Int]
  /// Moves that stay inside the point: first entry of each row, `[row]`, one more at the end.
  let insideStart: [Int32]
  let insidePlace: [Int32]
  let insideWeight: [Double]
  /// Moves that read player 0's value at this place of the selected equilibria; player i's is i places
  /// further on. Moves to terminal states are left out.
  let outsideStart: [Int32]
  let outsideAddress: [Int]
  let outsideWeight: [Double]

  init(_ directional: DirectionalGame) throws {
    let game = directional.game
    let players = game.playerCount
    points = directional.order.solvingOrder
    stages = points.map { directional.order.stageOfPoint[$0] }
    let states = points.map { directional.states[$0] }
    valueCount = players * (states.map(\.count).max() ?? 1)
    var position = [Int](repeating: 0, count: game.stateCount)
    var place = [Int](repeating: 0, count: game.stateCount)
    var lawStart = [Int](repeating: 0, count: game.stateCount * players)
    var width = valueCount
    for (k, members) in states.enumerated() {
      var next = valueCount
      for (local, state) in members.enumerated() {
        position[state] = k
        place[state] = local
        for player in 0..<players {
          lawStart[state * players + player] = next
          next += game.actionCount(player, at: state)
        }
      }
      width = max(width, next)
    }
    var insideStart: [Int32] = [0]
    var insidePlace: [Int32] = []
    var insideWeight: [Double] = []
    var outsideStart: [Int32] = [0]
    var outsideAddress: [Int] = []
    var outsideWeight: [Double] = []
    var reads = [Set<Int>](repeating: [], count: states.count)
    for state in 0..<game.stateCount {
      for row in game.jointOffsets[state]..<game.jointOffsets[state + 1] {
        if !game.isTerminal[state] {
          for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1] {
            let next = Int(game.nextStates[entry])
            let weight = game.continuations[entry]
            if position[next] == position[state] {
              insidePlace.append(Int32(place[next]))
              insideWeight.append(weight)
            } else if !game.isTerminal[next] {
              outsideAddress.append(position[next] * width + place[next] * players)
              outsideWeight.append(weight)
              reads[position[state]].insert(position[next])
            }
          }
        }
        insideStart.append(Int32(insidePlace.count))
        outsideStart.append(Int32(outsideAddress.count))
      }
    }
    playerCount = players
    actionCounts = game.actionCounts
    jointOffsets = game.jointOffsets
    payoffs = game.payoffs
    discounts = game.discounts
    self.states = states
    self.width = width
    self.lawStart = lawStart
    self.insideStart = insideStart
    self.insidePlace = insidePlace
    self.insideWeight = insideWeight
    self.outsideStart = outsideStart
    self.outsideAddress = outsideAddress
    self.outsideWeight = outsideWeight
    self.reads = reads.map { $0.sorted() }
    let nodes = states.map { members in
      (0..<players).flatMap { player in
        members.indices.filter { game.actionCount(player, at: members[$0]) > 1 }.map {
          Node(place: $0, player: player)
        }
      }
    }
    self.nodes = nodes
    var kinds: [Kind] = []
    for (k, members) in states.enumerated() {
      kinds.append(
        try Self.kind(game, members, nodes[k], points[k]) { row in
          insideWeight[Int(insideStart[row])..<Int(insideStart[row + 1])].reduce(0, +)
        })
    }
    self.kinds = kinds
  }

  /// Chances of staying this close to each other are equal: those of a row are sums of probabilities.
  private static let stayTolerance = 1e-13

  private static func kind(
    _ game: StochasticGame, _ states: [Int], _ nodes: [Node], _ point: Int,
    stay: (_ row: Int) -> Double
  ) throws -> Kind {
    if states.count == 1, game.isTerminal[states[0]] { return .terminal }
    let players = Set(nodes.map(\.player))
    if players.count <= 1 { return .decision }
    if nodes.count == 2, players.count == 2,
      nodes.allSatisfy({ game.actionCount($0.player, at: states[$0.place]) == 2 })
    {
      return .twoChoices
    }
    let names = states.prefix(4).map { game.stateLabels[$0].description }
    func refuse(_ reason: UnsolvablePoint.Reason) -> UnsolvablePoint {
      UnsolvablePoint(point: point, states: names, stateCount: states.count, reason: reason)
    }
    guard states.count == 1 else {
      throw refuse(.severalChoices(choices: nodes.count, players: players.count))
    }
    guard players.count == 2 else { throw refuse(.manyPlayers(players.count)) }
    let rows = game.jointOffsets[states[0]]..<game.jointOffsets[states[0] + 1]
    let stays = rows.map(stay)
    guard stays.max()! - stays.min()! <= stayTolerance else { throw refuse(.stayDepends) }
    return .bimatrix
  }
}

/// A point whose stage game has more equilibria than this program knows how to find all of.
public struct UnsolvablePoint: Error, Sendable, Equatable, CustomStringConvertible {
  /// What stands in the way.
  public enum Reason: Sendable, Equatable {
    /// One state, in which so many players have a choice.
    case manyPlayers(Int)
    /// One state, in which two players change the chance of staying, not by one choice of two each.
    case stayDepends
    /// Several states that lead to each other, with choices at several of them.
    case severalChoices(choices: Int, players: Int)
  }

  /// The point, numbered as in its `DirectionalGame`.
  public let point: Int
  /// What its first states are called.
  public let states: [String]
  /// How many states it has.
  public let stateCount: Int
  /// What stands in the way.
  public let reason: Reason

  /// The states, what stands in the way, what can be solved and the way out.
  public var description: String { description(isOwnPoint: true, isFinite: false) }

  /// The same with the ways out that are left.
  ///
  /// - Parameters:
  ///   - isOwnPoint: whether points were given, and so could be smaller.
  ///   - isFinite: whether a finite horizon is played already.
  public func description(isOwnPoint: Bool, isFinite: Bool) -> String {
    let more = stateCount - states.count
    let names = states.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
    let what =
      switch reason {
      case .manyPlayers(let players): "\(players) players choose at once at state \(names)"
      case .stayDepends:
        "at state \(names) two players change the chance of staying there, and have more than two "
          + "actions"
      case .severalChoices(let choices, let players):
        "the states \(names) form one point, in which \(players) players have \(choices) choices"
      }
    return what + "; all equilibria are found where one player chooses, where two players have one "
      + "choice of two actions each, and in single states in which two players choose and the chance "
      + "of staying does not depend on what they do; "
      + (stateCount > 1 && isOwnPoint ? "use smaller points, or " : "")
      + (isFinite ? "" : "play for finitely many periods (horizon), or ")
      + "solve for one equilibrium (bellman-nash)"
  }
}
