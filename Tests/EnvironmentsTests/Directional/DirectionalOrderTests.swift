import Environments
import Testing

/// Iskhakov, Rust and Schjerning (2016), section 2: the graphs of Examples 2 and 3 and Figure 4.
@Suite struct DirectionalOrderTests {
  @Test func `Example 2 has three stages and five ordered pairs`() throws {
    let order = try DirectionalOrder(successors: [[0, 1, 2], [1, 3], [2, 3], [3]])
    #expect(order.stages == [[3], [1, 2], [0]])
    #expect(order.stageOfPoint == [2, 1, 1, 0])
    let pairs = Set(order.reachable().map { [$0.later, $0.earlier] })
    #expect(pairs == [[3, 2], [3, 1], [3, 0], [2, 0], [1, 0]])
  }

  @Test func `Example 3 goes round between its two middle points`() throws {
    let error = #expect(throws: DirectionalLoop.self) {
      try DirectionalOrder(successors: [[0, 1, 2], [1, 2, 3], [1, 2, 3], [3]])
    }
    #expect(error.map { Set($0.points) } == [1, 2])
    #expect(error?.description.contains("1 → 2 → 1") == true)
  }

  @Test func `a finite horizon is a chain of stages`() throws {
    let order = try DirectionalOrder(successors: (0..<6).map { $0 < 5 ? [$0 + 1] : [] })
    #expect(order.stages == [[5], [4], [3], [2], [1], [0]])
  }

  @Test func `a point that does not exist is named`() throws {
    #expect(throws: GameError.self) { try DirectionalOrder(successors: [[1], [2]]) }
  }

  @Test func `four cost levels make ten stages of thirty points`() throws {
    let points = LeapfroggingPoints(levels: 4)
    #expect(points.count == 30)
    var successors = [[Int]](repeating: [], count: 30)
    for (index, point) in points.points.enumerated() {
      for next in 0...point.best {
        for i in Set([point.first, point.best]) {
          for j in Set([point.second, point.best]) {
            successors[index].append(points.index(i, j, next))
          }
        }
      }
    }
    let order = try DirectionalOrder(successors: successors)
    #expect(order.stages.map(\.count) == [1, 6, 9, 1, 4, 4, 1, 2, 1, 1])
    #expect(order.stages.count == points.stageCount)
    #expect((0..<30).allSatisfy { order.stageOfPoint[$0] == points.stage($0) })
  }

  @Test func `points come in the order of Figure 5`() {
    let points = LeapfroggingPoints(levels: 3)
    let written = points.points.map { "\($0.first + 1)\($0.second + 1)\($0.best + 1)" }
    #expect(
      written == [
        "111", "131", "121", "311", "211", "331", "321", "231", "221", "222", "232", "322", "332",
        "333",
      ])
    #expect((0..<14).allSatisfy { points.mirror(points.mirror($0)) == $0 })
  }
}
