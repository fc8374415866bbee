import Environments
import Statistics

@testable import Equilibria

/// All equilibria of small directional games by brute force: no closed form, no search order of the
/// program's, values by policy evaluation of the whole game alone.
struct Exhaustive {
  let game: StochasticGame
  /// States of each point, the end of the game first.
  let points: [[Int]]
  /// Pieces into which [0, 1] is cut to find where indifference changes sign.
  var pieces = 60

  struct Node {
    var state: Int
    var player: Int
  }

  /// Every equilibrium; at most two binary choices a point, of different players, or one choice.
  func profiles() throws -> [Profile] {
    var found: [Profile] = []
    try descend(0, game.uniformProfile, &found)
    return found
  }

  private func descend(_ k: Int, _ profile: Profile, _ found: inout [Profile]) throws {
    guard k < points.count else {
      found.append(profile)
      return
    }
    let nodes = points[k].flatMap { state in
      (0..<game.playerCount).filter { game.actionCount($0, at: state) > 1 }.map {
        Node(state: state, player: $0)
      }
    }
    switch nodes.count {
    case 0: try descend(k + 1, profile, &found)
    case 1:
      let node = nodes[0]
      let worths = try (0..<game.actionCount(node.player, at: node.state)).map { action in
        try value(profile, node, action)
      }
      var next = profile
      set(&next, node, worths.firstIndex(of: worths.max()!)!)
      try descend(k + 1, next, &found)
    default:
      precondition(nodes.count == 2 && nodes[0].player != nodes[1].player)
      let roots = [
        try crossings { try gain(profile, nodes[0], rival: nodes[1], $0) },
        try crossings { try gain(profile, nodes[1], rival: nodes[0], $0) },
      ]
      var candidates: [(Double, Double)] = [(0, 0), (0, 1), (1, 0), (1, 1)]
      for p in roots[1] { candidates += roots[0].map { (p, $0) } }
      for (p, q) in candidates {
        func fits(_ own: Double, _ gain: Double) -> Bool {
          own == 0 ? gain <= 0 : own == 1 ? gain > 0 : true
        }
        guard fits(p, try gain(profile, nodes[0], rival: nodes[1], q)),
          fits(q, try gain(profile, nodes[1], rival: nodes[0], p))
        else { continue }
        var next = profile
        set(&next, nodes[0], mixed: p)
        set(&next, nodes[1], mixed: q)
        try descend(k + 1, next, &found)
      }
    }
  }

  private func set(_ profile: inout Profile, _ node: Node, _ action: Int) {
    var law = [Double](repeating: 0, count: game.actionCount(node.player, at: node.state))
    law[action] = 1
    profile[node.player].setLaw(law, at: node.state)
  }

  private func set(_ profile: inout Profile, _ node: Node, mixed p: Double) {
    profile[node.player].setLaw([1 - p, p], at: node.state)
  }

  private func value(_ profile: Profile, _ node: Node, _ action: Int) throws -> Double {
    var tried = profile
    set(&tried, node, action)
    return try game.values(of: tried)[node.player][node.state]
  }

  private func gain(_ profile: Profile, _ node: Node, rival: Node, _ q: Double) throws -> Double {
    var tried = profile
    set(&tried, rival, mixed: q)
    return try value(tried, node, 1) - value(tried, node, 0)
  }

  private func crossings(_ function: (Double) throws -> Double) throws -> [Double] {
    var found: [Double] = []
    var last = try function(0)
    for piece in 1...pieces {
      let value = try function(Double(piece) / Double(pieces))
      if (last > 0) != (value > 0) {
        var (low, high) = (Double(piece - 1) / Double(pieces), Double(piece) / Double(pieces))
        let isRising = value > 0
        for _ in 0..<50 {
          let middle = 0.5 * (low + high)
          if (try function(middle) > 0) == isRising { high = middle } else { low = middle }
        }
        found.append(0.5 * (low + high))
      }
      last = value
    }
    return found
  }
}

/// What a search finds, in its order.
struct Found {
  var strings: [[Int]] = []
  var solutions: [StationarySolution] = []

  init(_ all: DirectionalEquilibria) throws {
    let search = RecursiveLexicographicalSearch(all.stages)
    try search.begin()
    repeat {
      strings.append(search.digits)
      solutions.append(all.solution(search))
    } while try search.advance()
  }

  /// Payoffs of the first two players at a state, merged at 1e-6.
  func payoffs(at state: Int) -> [PayoffMultiset.Entry] {
    Self.payoffs(solutions.map(\.values), at: state)
  }

  static func payoffs(_ values: [[[Double]]], at state: Int) -> [PayoffMultiset.Entry] {
    var set = PayoffMultiset(unit: 1e-6)
    for value in values { set.add(value[0][state], value[1][state]) }
    return set.entries
  }
}
