import CGSL
import Foundation
import Statistics
import Testing

@Suite struct SobolSequenceTests {
  private func points(_ n: Int, dimensions: Int) throws -> [[Double]] {
    var sequence = try SobolSequence(dimensions: dimensions)
    var point = [Double](repeating: -1, count: dimensions)
    return (0..<n).map { _ in
      point.withUnsafeMutableBufferPointer { sequence.next(into: $0) }
      return point
    }
  }

  @Test(arguments: [1, 7, 40])
  func `the origin, then GSL's points`(dimensions: Int) throws {
    let points = try points(1000, dimensions: dimensions)
    #expect(points[0].allSatisfy { $0 == 0 })
    let sequence = gsl_qrng_alloc(cgsl_qrng_sobol(), UInt32(dimensions))!
    defer { gsl_qrng_free(sequence) }
    var expected = [Double](repeating: 0, count: dimensions)
    for index in 1..<1000 {
      gsl_qrng_get(sequence, &expected)
      #expect(points[index] == expected)
    }
  }

  /// Sobol's property A in one dimension: each of 2ᵏ equal intervals holds one of the first 2ᵏ
  /// points. It fails for GSL's own first 2ᵏ points, where [0, 2⁻ᵏ) is empty.
  @Test(arguments: [0, 1, 5, 10])
  func `every coordinate of a net is stratified`(k: Int) throws {
    let n = 1 << k
    let points = try points(n, dimensions: 40)
    for dimension in 0..<40 {
      let cells = Set(points.map { Int($0[dimension] * Double(n)) })
      #expect(cells == Set(0..<n))
    }
  }

  /// The first two coordinates are a (0, k, 2)-net: every box 2⁻ⁱ × 2⁻⁽ᵏ⁻ⁱ⁾ holds one point.
  @Test func `the first two coordinates fill all boxes`() throws {
    let k = 8
    let points = try points(1 << k, dimensions: 2)
    for i in 0...k {
      let boxes = Set(
        points.map { Int($0[0] * Double(1 << i)) << (k - i) + Int($0[1] * Double(1 << (k - i))) })
      #expect(boxes.count == 1 << k)
    }
  }

  @Test func `seeking gives the point that stepping gives`() throws {
    let points = try points(3000, dimensions: 40)
    var sequence = try SobolSequence(dimensions: 40)
    var point = [Double](repeating: -1, count: 40)
    for index in [2999, 0, 1, 2, 3, 1023, 1024, 1025, 0, 2047, 512] {
      sequence.seek(to: index)
      for later in index..<min(index + 3, 3000) {
        #expect(sequence.index == later)
        point.withUnsafeMutableBufferPointer { sequence.next(into: $0) }
        #expect(point == points[later])
      }
    }
  }

  /// The last point there is, 2³⁰ − 1: its Gray code is 2²⁹, the bit of the last direction number, which is
  /// odd in every dimension; in the first it is 1.
  @Test func `the sequence ends after two to the thirty points`() async throws {
    var sequence = try SobolSequence(dimensions: 1)
    sequence.seek(to: SobolSequence.pointCount - 1)
    var point = [0.0]
    point.withUnsafeMutableBufferPointer { sequence.next(into: $0) }
    #expect(point == [0x1p-30])
    await #expect(processExitsWith: .failure) {
      var sequence = try SobolSequence(dimensions: 1)
      sequence.seek(to: SobolSequence.pointCount)
      var point = [0.0]
      point.withUnsafeMutableBufferPointer { sequence.next(into: $0) }
    }
  }

  @Test func `more dimensions than GSL has are refused`() {
    for dimensions in [-1, 0, 41] {
      let error = #expect(throws: NumericalError.self) {
        _ = try SobolSequence(dimensions: dimensions)
      }
      #expect(error?.description.contains("\(dimensions): must be in 1...40") == true)
    }
  }

  @Test func `a shift turns the torus`() throws {
    var stream = RandomStream(seed: 8, role: .generation)
    let shift = RandomShift(dimensions: 3, using: &stream)
    var again = RandomStream(seed: 8, role: .generation)
    #expect(shift.offsets == [again.uniform(), again.uniform(), again.uniform()])
    for x in [0, 0.25, 1 - 0x1p-30] {
      var point = [x, x, x]
      point.withUnsafeMutableBufferPointer { shift.apply(to: $0) }
      for (y, Δ) in zip(point, shift.offsets) {
        #expect(y >= 0 && y < 1)
        #expect(y == x + Δ || y == x + Δ - 1)
      }
    }
  }

  /// ∏ (1 + (xⱼ − ½)/j²) over five coordinates has mean 1. Shifted nets of 1024 points are unbiased, and
  /// the variance of their mean is far below that of 1024 random points, Var f / 1024 with
  /// Var f = ∏ (1 + 1/(12 j⁴)) − 1.
  @Test func `shifted nets are unbiased and better than random points`() throws {
    var stream = RandomStream(seed: 9, role: .generation)
    let net = try points(1024, dimensions: 5)
    var means = Moments()
    for _ in 0..<50 {
      let shift = RandomShift(dimensions: 5, using: &stream)
      var sum = 0.0
      for var point in net {
        point.withUnsafeMutableBufferPointer { shift.apply(to: $0) }
        var product = 1.0
        for (x, j) in zip(point, [1.0, 2, 3, 4, 5]) { product *= 1 + (x - 0.5) / (j * j) }
        sum += product
      }
      try means.add(sum / 1024)
    }
    var square = 1.0
    for j in [1.0, 2, 3, 4, 5] { square *= 1 + 1 / (12 * j * j * j * j) }
    #expect(abs(means.mean! - 1) < 4 * means.standardError!)
    #expect(means.variance! < (square - 1) / 1024 / 100)
  }
}
