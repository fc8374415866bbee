/// Turns matched vertices into certified equilibria, their components and indices.
struct EquilibriumAssembly {
  private let game: BimatrixGame
  private let reduced: ReducedGame
  private let rowPolytope: BestResponsePolytope
  private let columnPolytope: BestResponsePolytope
  /// Strategies of a degenerate game closer than this are one.
  private let resolution: Double
  private var isVerified = false

  init(
    game: BimatrixGame, reduced: ReducedGame, rowPolytope: BestResponsePolytope,
    columnPolytope: BestResponsePolytope, resolution: Double
  ) {
    self.game = game
    self.reduced = reduced
    self.rowPolytope = rowPolytope
    self.columnPolytope = columnPolytope
    self.resolution = resolution
  }

  /// The extreme equilibria among the matched vertices.
  mutating func assemble<Labels>(_ matching: borrowing LabelMatching<Labels>) -> EquilibriumSet {
    isVerified = !matching.rowSide.isAmbiguous && !matching.columnSide.isAmbiguous
    let isDegenerate = matching.rowSide.isDegenerate || matching.columnSide.isDegenerate
    let basisPairs = matching.basisPairs()
    var rows = Array(matching.rowSide.bases.indices)
    var columns = Array(matching.columnSide.bases.indices)
    var vertexPairs = basisPairs
    if isDegenerate {
      rows = LabelMatching.representatives(matching.rowSide)
      columns = LabelMatching.representatives(matching.columnSide)
      vertexPairs = matching.vertexPairs(rowRepresentatives: rows, columnRepresentatives: columns)
    }
    let rowVertices = solve(vertexPairs.map(\.row), matching.rowSide, rowPolytope)
    let columnVertices = solve(vertexPairs.map(\.column), matching.columnSide, columnPolytope)

    // Distinct certified equilibria, sorted.
    let rowStrategies = ExtremeStrategies(
      rowVertices, actions: reduced.rows, of: game.rows, isDegenerate: isDegenerate,
      resolution: resolution)
    let columnStrategies = ExtremeStrategies(
      columnVertices, actions: reduced.columns, of: game.columns, isDegenerate: isDegenerate,
      resolution: resolution)
    var found: Set<[Int]> = []
    var candidates: [(equilibrium: StageEquilibrium, edge: EquilibriumGraph.Edge)] = []
    var maxRegret = 0.0
    let tolerance = game.certificateTolerance
    for pair in vertexPairs {
      guard let row = rowStrategies.number[pair.row],
        let column = columnStrategies.number[pair.column]
      else { continue }
      if !found.insert([row, column]).inserted { continue }
      let (x, y) = (rowStrategies.distinct[row], columnStrategies.distinct[column])
      let regret = game.maxRegret(x, y)
      guard regret <= tolerance else {
        isVerified = false
        continue
      }
      maxRegret = max(maxRegret, regret)
      candidates.append(
        (StageEquilibrium(x, y, in: game), EquilibriumGraph.Edge(row: row, column: column)))
    }
    let keys = candidates.map { Self.sortKey($0.equilibrium) }
    let order = candidates.indices.sorted {
      if keys[$0] != keys[$1] { return keys[$0].lexicographicallyPrecedes(keys[$1]) }
      let (left, right) = (candidates[$0].equilibrium, candidates[$1].equilibrium)
      return (right.strategies[0] + right.strategies[1])
        .lexicographicallyPrecedes(left.strategies[0] + left.strategies[1])
    }
    let graph = EquilibriumGraph(
      rowStrategies: rowStrategies.distinct, columnStrategies: columnStrategies.distinct,
      edges: order.map { candidates[$0].edge })
    let components = graph.components()

    let indices = componentIndices(
      basisPairs, matching, components: components, graph: graph,
      rowNumber: { rowStrategies.number[rows[$0]] },
      columnNumber: { columnStrategies.number[columns[$0]] })
    let end = self.end(matching.rowSide.end, matching.columnSide.end, indices)
    return EquilibriumSet(
      equilibria: order.map { candidates[$0].equilibrium }, components: components,
      componentIndices: end == .complete ? indices : [], isDegenerate: isDegenerate, end: end,
      maxRegret: maxRegret,
      visitedBases: [matching.rowSide.bases.count, matching.columnSide.bases.count],
      graph: graph)
  }

  private func end<Labels>(
    _ rowEnd: PolytopeVertices<Labels>.End, _ columnEnd: PolytopeVertices<Labels>.End,
    _ indices: [Int]
  ) -> EquilibriumSet.End {
    for end in [rowEnd, columnEnd] {
      switch end {
      case .complete: continue
      case .vertexLimit: return .vertexLimit
      case .timeLimit: return .timeLimit
      case .unverified: return .unverified
      }
    }
    return isVerified && indices.reduce(0, +) == 1 ? .complete : .unverified
  }

  /// Solves the support systems of the vertices named, once each. Where one has no solution the
  /// vertex is left out and the result unverified.
  private mutating func solve<Labels>(
    _ positions: [Int], _ vertices: borrowing PolytopeVertices<Labels>,
    _ polytope: BestResponsePolytope
  ) -> [(position: Int, system: SupportSystem)] {
    var solved: [(position: Int, system: SupportSystem)] = []
    for position in Set(positions).sorted() {
      if let system = SupportSystem(
        polytope, basis: vertices.bases[position], labels: vertices.labels[position])
      {
        solved.append((position, system))
      } else {
        isVerified = false
      }
    }
    return solved
  }

  /// For each component the sum of the indices (−1)^(k+1) sign det A(I, J) sign det B(I, J) of the
  /// perturbed game's equilibria in it, A and B positive, supports I and J of size k (Shapley 1974;
  /// Savani and von Stengel 2006, definition 2.5).
  private mutating func componentIndices<Labels>(
    _ basisPairs: [LabelMatching<Labels>.Pair], _ matching: borrowing LabelMatching<Labels>,
    components: [[Int]], graph: EquilibriumGraph, rowNumber: (Int) -> Int?,
    columnNumber: (Int) -> Int?
  ) -> [Int] {
    var componentOfRow: [Int: Int] = [:]
    for (number, component) in components.enumerated() {
      for edge in component { componentOfRow[graph.edges[edge].row] = number }
    }
    var indices = [Int](repeating: 0, count: components.count)
    for pair in basisPairs {
      let basis = matching.rowSide.bases[pair.row]
      guard
        let row = SupportSystem(
          rowPolytope, basis: basis, labels: matching.rowSide.labels[pair.row]),
        let column = SupportSystem(
          columnPolytope, basis: matching.columnSide.bases[pair.column],
          labels: matching.columnSide.labels[pair.column]),
        let number = rowNumber(pair.row), columnNumber(pair.column) != nil,
        let component = componentOfRow[number]
      else {
        isVerified = false
        continue
      }
      let sign = row.determinantSign * column.determinantSign
      indices[component] += row.order.isMultiple(of: 2) ? -sign : sign
    }
    return indices
  }

  /// Support sizes together, then the row support, then the column support; each support as its
  /// actions ascending, so that {0} precedes {0, 1} precedes {1}.
  private static func sortKey(_ equilibrium: StageEquilibrium) -> [Int] {
    let supports = equilibrium.strategies.map { strategy in
      strategy.indices.filter { strategy[$0] != 0 }
    }
    return [supports[0].count + supports[1].count] + supports[0] + [-1] + supports[1]
  }
}

extension SupportSystem {
  /// The vertex with the given nonbasic variables, of which and others `labels` are zero.
  init?<Labels: FixedWidthInteger>(
    _ polytope: BestResponsePolytope, basis: Labels, labels: Labels
  ) {
    let d = polytope.dimension
    self.init(
      polytope, support: (0..<d).filter { basis >> $0 & 1 == 0 },
      responses: (0..<polytope.rows).filter { basis >> (d + $0) & 1 == 1 },
      zeros: Set((0..<d).filter { (labels & ~basis) >> $0 & 1 == 1 }))
  }
}
