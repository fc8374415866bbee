import Testing

@testable import Experiments

@Test(arguments: [(30, 2_000_000), (30, 30), (1, 5), (7, 1), (100, 101), (5, 1000)])
func `evaluation points ascend strictly, stay within training and end at its end`(
  count: Int, steps: Int
) {
  let points = evaluationPoints(count: count, steps: steps)
  #expect(points.last == steps)
  #expect(points.first! >= 1)
  #expect(zip(points, points.dropFirst()).allSatisfy { $0 < $1 })
  #expect(points.count == (steps == 1 ? 1 : count))
}
