/// The mean of a long sequence of dependent numbers, with an error from the means of batches.
///
/// The sequence is cut into consecutive batches of one length. Once a batch is much longer than the
/// sequence's memory, the b batch means are nearly independent and normal, and
///
///     x̄ = Σ mᵢ / b,    error² = Σ (mᵢ − x̄)² / (b (b − 1)),    x̄ ± t₍b₋₁₎ error
///
/// (Law, *Simulation Modeling and Analysis*, 2015, §9.5.3). Whenever `capacity` batches are full and
/// more numbers come, neighbours are joined and the length doubles, so that memory does not grow and
/// b stays between capacity/2 and capacity. That many batches, and longer ones as the sequence
/// goes on, is Schmeiser's advice ("Batch size effects in the analysis of simulation output",
/// *Operations Research* 30, 1982): more than 30 batches shorten the interval by little.
///
/// A sequence must be long beside its memory, and `lagOneCorrelation` tells whether it is. Numbers
/// of a batch that is not full yet count for nothing.
public struct BatchMeans: Sendable, Equatable {
  /// The most batches kept.
  public let capacity: Int
  /// The numbers in a batch.
  public private(set) var length: Int
  /// Sums of the full batches.
  private var sums: [Double] = []
  /// The sum of the batch being filled …
  private var openSum = 0.0
  /// … and how many numbers it has.
  private var openCount = 0

  /// No numbers yet.
  /// - Parameters:
  ///   - capacity: the most batches kept, even and at least 4.
  ///   - length: of the first batches.
  /// - Precondition: as stated, and the length is positive.
  public init(capacity: Int = 32, length: Int = 1) {
    precondition(
      capacity >= 4 && capacity.isMultiple(of: 2),
      "BatchMeans: capacity = \(capacity): must be even and at least 4")
    precondition(length > 0, "BatchMeans: length = \(length): must be positive")
    self.capacity = capacity
    self.length = length
  }

  /// Adds the next number.
  /// - Throws: `NumericalError`, and adds nothing, unless it is finite and within ±10¹⁴⁰, so that no sum
  ///   of squares overflows.
  public mutating func add(_ value: Double) throws(NumericalError) {
    guard abs(value) <= Self.largest else {
      throw .domain("BatchMeans.add", "\(value): must be finite and within ±\(Self.largest)")
    }
    if isFull { join() }
    openSum += value
    openCount += 1
    if openCount == length { close() }
  }

  /// Adds the next `length` numbers by their sum, as a batch of its own.
  /// - Precondition: there is room for a batch, none is half full, and the numbers' mean is finite and
  ///   within ±10¹⁴⁰.
  public mutating func append(sum: Double) {
    precondition(!isFull && openCount == 0, "BatchMeans.append: no batch begins here")
    precondition(
      abs(sum) <= Self.largest * Double(length), "BatchMeans.append: sum = \(sum): not finite")
    openSum = sum
    close()
  }

  /// Joins neighbouring batches and doubles the length. The last of an odd number is open again.
  /// - Precondition: there are full batches and none is half full.
  public mutating func join() {
    precondition(!sums.isEmpty && openCount == 0, "BatchMeans.join: a batch is half full")
    if sums.count % 2 == 1 {
      openSum = sums.removeLast()
      openCount = length
    }
    sums = stride(from: 0, to: sums.count, by: 2).map { sums[$0] + sums[$0 + 1] }
    length *= 2
  }

  /// The largest size of a number.
  private static let largest = 1e140

  private mutating func close() {
    sums.append(openSum)
    openSum = 0
    openCount = 0
  }
}

extension BatchMeans {
  /// Whether the next number makes the batches double.
  public var isFull: Bool { sums.count == capacity }

  /// b, the number of full batches.
  public var batchCount: Int { sums.count }

  /// The numbers in full batches.
  public var count: Int { sums.count * length }

  /// The means of the full batches, in order.
  public var means: [Double] { sums.map { $0 / Double(length) } }

  /// x̄ over the full batches, nil if there is none.
  public var mean: Double? {
    sums.isEmpty ? nil : means.reduce(0, +) / Double(sums.count)
  }

  /// The standard error of x̄, nil below two full batches.
  public var standardError: Double? {
    guard sums.count > 1 else { return nil }
    let means = means
    let count = Double(means.count)
    let mean = means.reduce(0, +) / count
    let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / (count - 1) / count).squareRoot()
  }

  /// The first autocorrelation of the batch means, Σ (mᵢ − x̄)(mᵢ₊₁ − x̄) / Σ (mᵢ − x̄)², nil below three
  /// batches or if all are equal.
  ///
  /// For independent means it is about −1/b ± 1/√b (von Neumann 1941; Fishman, "Grouping observations
  /// in digital simulation", *Management Science* 24, 1978). Above 2/√b, 0.35 for 32 batches, the batches
  /// are too short, and the interval with them.
  public var lagOneCorrelation: Double? {
    guard sums.count > 2 else { return nil }
    let means = means
    let mean = means.reduce(0, +) / Double(means.count)
    let squares = means.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard squares > 0 else { return nil }
    let products = zip(means, means.dropFirst()).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - mean) }
    return products / squares
  }

  /// x̄ ± t₍b₋₁₎ error, nil below two full batches.
  /// - Throws: `NumericalError` for a confidence outside (0, 1).
  public func interval(confidence: Double = 0.95) throws(NumericalError) -> Interval? {
    try checkConfidence(confidence, "BatchMeans.interval")
    guard let mean, let standardError else { return nil }
    let t = try studentQuantile(
      (1 + confidence) / 2, degreesOfFreedom: Double(sums.count - 1))
    return Interval(
      estimate: mean, low: mean - t * standardError, high: mean + t * standardError,
      confidence: confidence, method: .student, replications: 0)
  }
}

extension BatchMeans: Codable {
  private enum CodingKeys: String, CodingKey {
    case capacity, length, sums, openSum, openCount
  }

  /// Decodes and checks that the batches fit.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    capacity = try container.decode(Int.self, forKey: .capacity)
    length = try container.decode(Int.self, forKey: .length)
    sums = try container.decode([Double].self, forKey: .sums)
    openSum = try container.decode(Double.self, forKey: .openSum)
    openCount = try container.decode(Int.self, forKey: .openCount)
    guard capacity >= 4, capacity.isMultiple(of: 2), length > 0, sums.count <= capacity,
      (0..<(sums.count == capacity ? 1 : length)).contains(openCount),
      sums.allSatisfy(\.isFinite), openSum.isFinite
    else {
      throw DecodingError.dataCorruptedError(
        forKey: .sums, in: container, debugDescription: "not \(capacity) batches of \(length)")
    }
  }
}
