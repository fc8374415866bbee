/// The distinct strategies among solved vertices, in the actions of the whole game.
struct ExtremeStrategies {
  /// Shape [strategy][action].
  var distinct: [[Double]] = []
  /// From a vertex's position to its strategy's.
  var number: [Int: Int] = [:]

  /// Vertices are distinct by their labels already. Only where `isDegenerate`, rounding can have
  /// given one vertex two sets of labels: two that agree to `resolution` in every probability are
  /// then taken for one.
  init(
    _ vertices: [(position: Int, system: SupportSystem)], actions: [Int], of count: Int,
    isDegenerate: Bool, resolution: Double
  ) {
    // Strategies that agree have checksums that agree; the weights are arbitrary.
    let weights = actions.indices.map { 1 + Double(($0 + 1) * 7919 % 1009) / 1009 }
    let sums: [Double] = vertices.map { vertex in
      var sum = 0.0
      for (a, weight) in weights.enumerated() { sum += weight * vertex.system.strategy[a] }
      return sum
    }
    let order = vertices.indices.sorted { (sums[$0], $0) < (sums[$1], $1) }
    var first = Array(vertices.indices)
    for (k, here) in order.enumerated() where isDegenerate {
      for other in order[..<k].reversed() {
        if sums[here] - sums[other] > 2 * resolution * Double(actions.count) { break }
        let (x, y) = (vertices[here].system.strategy, vertices[other].system.strategy)
        if actions.indices.allSatisfy({ abs(x[$0] - y[$0]) <= resolution }) {
          first[here] = first[other]
          break
        }
      }
    }
    var numberOfFirst: [Int: Int] = [:]
    for (k, vertex) in vertices.enumerated() {
      if let known = numberOfFirst[first[k]] {
        number[vertex.position] = known
        continue
      }
      var strategy = [Double](repeating: 0, count: count)
      for (a, action) in actions.enumerated() {
        strategy[action] = vertices[first[k]].system.strategy[a]
      }
      numberOfFirst[first[k]] = distinct.count
      number[vertex.position] = distinct.count
      distinct.append(strategy)
    }
  }
}
