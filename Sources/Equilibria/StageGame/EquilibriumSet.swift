/// What an enumeration of all equilibria found, and whether that is all there is.
public struct EquilibriumSet: Sendable, Equatable {
  /// How an enumeration ended.
  public enum End: String, Sendable, Equatable {
    /// Every extreme equilibrium was found.
    case complete
    /// A polytope has more bases than `maximumVertices`.
    case vertexLimit
    /// The time limit passed.
    case timeLimit
    /// More than 128 actions remain after elimination of the strictly dominated: nothing was done.
    case tooManyActions
    /// Rounding error: a tableau broke down, a tie could not be told from a small difference, a
    /// profile failed its certificate, or the indices of the equilibria do not sum to 1 as they
    /// must. Some equilibria may be missing.
    case unverified
  }

  /// The extreme equilibria found: pairs of vertices of the two best-response polytopes, each a
  /// certified equilibrium. In order of the number of actions used by both players together, then
  /// of the row player's support, then of the column player's, lexicographically; so pure
  /// equilibria come first. In a nondegenerate game these are all equilibria. In a degenerate game
  /// there may be infinitely many, and each is a mixture of extreme ones (`maximalNashSubsets`).
  public let equilibria: [StageEquilibrium]
  /// The connected components of the set of equilibria, as ascending indices into `equilibria`;
  /// each equilibrium is in one, components are in order of their first member. A component with
  /// one member is an isolated equilibrium, one with several is a continuum. Provisional unless
  /// `isComplete`.
  public let components: [[Int]]
  /// The index of each component (Shapley 1974 for one nondegenerate equilibrium): the sum of the
  /// indices ±1 of the equilibria near it of any nondegenerate game close by. They sum to 1 when
  /// `isComplete`. A component of nonzero index persists under every small change of the payoffs;
  /// one of index 0 may vanish. Empty unless `isComplete`.
  public let componentIndices: [Int]
  /// Whether the game is degenerate: after strictly dominated actions are eliminated, some mixed
  /// strategy with k actions in its support has more than k pure best responses, equivalently some
  /// vertex of one of the two best-response polytopes has more tight inequalities than its
  /// dimension. Judged on the vertices visited, ties as `VertexEnumeration` says. It is necessary, not
  /// sufficient, for a component with several members.
  public let isDegenerate: Bool
  /// How the enumeration ended.
  public let end: End
  /// The largest `BimatrixGame.maxRegret` among `equilibria`; 0 if there are none.
  public let maxRegret: Double
  /// The number of bases visited, indexed by player: the work done. For a nondegenerate game, the
  /// number of vertices of each player's polytope other than 0.
  public let visitedBases: [Int]

  /// Whether `equilibria` are all extreme equilibria. If not they are *some*: word it so.
  public var isComplete: Bool { end == .complete }

  /// The extreme strategies of each player, and which pairs of them are equilibria.
  let graph: EquilibriumGraph
}

/// A product of two polytopes of strategies, all pairs of which are equilibria, and which is
/// contained in no other such product.
public struct NashSubset: Sendable, Equatable {
  /// The extreme strategies of the row player, shape [strategy][action].
  public let rowStrategies: [[Double]]
  /// The extreme strategies of the column player, shape [strategy][action].
  public let columnStrategies: [[Double]]
  /// The indices in `EquilibriumSet.equilibria` of the pairs of the two, ascending.
  public let equilibria: [Int]
}

/// The bipartite graph of extreme strategies: `edges[e]` says which row and column strategy make up
/// extreme equilibrium e.
struct EquilibriumGraph: Sendable, Equatable {
  var rowStrategies: [[Double]]
  var columnStrategies: [[Double]]
  var edges: [Edge]

  struct Edge: Sendable, Equatable {
    var row: Int
    var column: Int
  }

  /// The connected components, as ascending indices of edges, in order of their first edge.
  func components() -> [[Int]] {
    var parent = Array(0..<rowStrategies.count + columnStrategies.count)
    func root(_ node: Int) -> Int {
      var node = node
      while parent[node] != node {
        parent[node] = parent[parent[node]]
        node = parent[node]
      }
      return node
    }
    for edge in edges { parent[root(edge.row)] = root(rowStrategies.count + edge.column) }
    var numbers: [Int: Int] = [:]
    var components: [[Int]] = []
    for (index, edge) in edges.enumerated() {
      let root = root(edge.row)
      if let number = numbers[root] {
        components[number].append(index)
      } else {
        numbers[root] = components.count
        components.append([index])
      }
    }
    return components
  }
}

extension EquilibriumSet {
  /// The maximal Nash subsets, whose union is the set of all equilibria; in order of their first
  /// equilibrium, the larger first.
  ///
  /// They are the maximal bicliques of the bipartite graph of extreme equilibria (Avis, Rosenberg,
  /// Savani and von Stengel 2010, "Enumeration of Nash equilibria for two-player games", Economic
  /// Theory 42, section 3; Winkels 1979): the equilibria are exactly the pairs (x, y) with x a
  /// mixture of one subset's row strategies and y a mixture of its column strategies. In a
  /// nondegenerate game each equilibrium is one subset.
  ///
  /// There can be exponentially many. Returns nil if there are more than `limit`. The neighbour
  /// sets of row strategies are closed under intersection one strategy at a time: cost
  /// O(subsets · strategies · strategies / 64).
  public func maximalNashSubsets(limit: Int = 10_000) -> [NashSubset]? {
    let rows = graph.rowStrategies.count
    var neighbours = [BitSet](
      repeating: BitSet(capacity: graph.columnStrategies.count), count: rows)
    for edge in graph.edges { neighbours[edge.row].insert(edge.column) }
    var closed: [BitSet] = []
    var known: Set<BitSet> = []
    for neighbourhood in neighbours {
      for other in closed + [neighbourhood] {
        let meet = other.intersection(neighbourhood)
        if !meet.isEmpty, known.insert(meet).inserted { closed.append(meet) }
      }
      if closed.count > limit { return nil }
    }
    let subsets = closed.map { columns in
      let members = (0..<rows).filter { neighbours[$0].isSuperset(of: columns) }
      let isMember = Set(members)
      return NashSubset(
        rowStrategies: members.map { graph.rowStrategies[$0] },
        columnStrategies: columns.members.map { graph.columnStrategies[$0] },
        equilibria: graph.edges.indices.filter {
          isMember.contains(graph.edges[$0].row) && columns.contains(graph.edges[$0].column)
        })
    }
    return subsets.sorted {
      $0.equilibria[0] != $1.equilibria[0]
        ? $0.equilibria[0] < $1.equilibria[0]
        : $0.equilibria.count != $1.equilibria.count
          ? $0.equilibria.count > $1.equilibria.count
          : $0.equilibria.lexicographicallyPrecedes($1.equilibria)
    }
  }
}

/// A set of small integers of fixed capacity.
struct BitSet: Hashable {
  private var words: [UInt64]

  init(capacity: Int) { words = Array(repeating: 0, count: (capacity + 63) / 64) }

  mutating func insert(_ member: Int) { words[member >> 6] |= 1 << UInt64(member & 63) }

  func contains(_ member: Int) -> Bool { words[member >> 6] >> UInt64(member & 63) & 1 == 1 }

  var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  func intersection(_ other: BitSet) -> BitSet {
    var result = self
    for k in words.indices { result.words[k] &= other.words[k] }
    return result
  }

  func isSuperset(of other: BitSet) -> Bool {
    zip(words, other.words).allSatisfy { $0 & $1 == $1 }
  }

  /// The members, ascending.
  var members: [Int] { (0..<words.count * 64).filter(contains) }
}
