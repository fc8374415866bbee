internal import Statistics

/// Sobol's points under a random digital shift.
///
/// Every coordinate's binary digits are combined by exclusive or with a word of its own, so each point
/// is uniform while the first 2ᵏ remain a digital net: of them exactly as many fall into each of 2ʲ
/// equal parts of a factor, j ≤ k, so that levels of a list are used equally often
/// (L'Ecuyer & Lemieux 2002, "Recent advances in randomized quasi-Monte Carlo methods", section 3.2).
/// A rotation modulo 1 would not keep those parts.
struct ShiftedSobol: ~Copyable {
  private var sequence: SobolSequence
  private let words: [UInt32]

  static let mostDimensions = SobolSequence.dimensionLimit

  /// The sequence before its first point; takes one uniform a coordinate from the stream.
  ///
  /// - Precondition: 1 ≤ dimensions ≤ `mostDimensions`.
  init(dimensions: Int, stream: inout RandomStream) {
    guard let sequence = try? SobolSequence(dimensions: dimensions) else {
      preconditionFailure("Sobol in \(dimensions) dimensions")
    }
    self.sequence = sequence
    var words: [UInt32] = []
    for _ in 0..<dimensions { words.append(UInt32(stream.uniform() * 0x1p32)) }
    self.words = words
  }

  /// The next point, in the middle of its cell of side 2⁻³², so never 0.
  mutating func next() -> [Double] {
    var point = [Double](repeating: 0, count: words.count)
    point.withUnsafeMutableBufferPointer { sequence.next(into: $0) }
    for index in point.indices {
      let shifted = UInt32(point[index] * 0x1p32) ^ words[index]
      point[index] = (Double(shifted) + 0.5) * 0x1p-32
    }
    return point
  }
}
