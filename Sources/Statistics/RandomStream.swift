internal import CGSL

/// A named stream of random numbers from one of GSL's generators.
///
/// A stream is found by its names alone: (seed, role, index) and the kind of generator. Streams
/// of different names are unrelated, so adding an agent moves no draw of the environment.
/// GSL's own seeding keeps 32 bits for most generators and maps some small seeds to one stream;
/// here the state is filled from a 64-bit hash of the names (`SplitMix64.init(seed:role:index:)`)
/// and ten outputs are discarded.
///
/// A stream has one owner and is passed `inout`. It may move to another thread, never be shared.
public struct RandomStream: ~Copyable {
  /// Which generator this is.
  public let generator: GeneratorKind

  /// The `gsl_rng` this stream owns.
  let handle: UnsafeMutableRawPointer

  @usableFromInline let getDouble: @convention(c) (UnsafeMutableRawPointer?) -> Double
  @usableFromInline let get: @convention(c) (UnsafeMutableRawPointer?) -> UInt
  @usableFromInline let statePointer: UnsafeMutableRawPointer

  /// The stream of these names, always the same one.
  ///
  /// Cost: below a microsecond for the small generators, about 5 µs for `mt19937` and 30 µs (and
  /// 128 KB) for `gfsr4`.
  /// - Parameters:
  ///   - seed: the seed of the run; all 64 bits count, and 0 and 1 are seeds like any other.
  ///   - role: what the stream is for.
  ///   - index: which of its role: the player, the run, the replication.
  ///   - generator: the kind of generator.
  public init(
    seed: UInt64, role: StreamRole, index: Int = 0, generator: GeneratorKind = .taus2
  ) {
    self.init(cloning: generator)
    var source = SplitMix64(seed: seed, role: role, index: index)
    for field in generator.layout.fields where field.entropy {
      field.fill(statePointer, from: &source)
    }
    for _ in 0..<10 { _ = get(statePointer) }
  }

  /// A copy of the prototype, to be overwritten.
  init(cloning kind: GeneratorKind) {
    guard let rng = gsl_rng_clone(kind.prototype) else {
      fatalError("gsl_rng_clone: out of memory")
    }
    generator = kind
    handle = UnsafeMutableRawPointer(rng)
    getDouble = kind.type.pointee.get_double
    get = kind.type.pointee.get
    statePointer = rng.pointee.state
  }

  deinit { gsl_rng_free(handle.assumingMemoryBound(to: gsl_rng.self)) }

  /// A number in [0, 1), exactly the one `gsl_rng_uniform` would return: 0 is possible, 1 is not.
  /// Resolution: see `GeneratorKind`. Cost: one indirect call, 3 to 8 ns (`ranlxd2` 140 ns).
  @inlinable
  public mutating func uniform() -> Double { getDouble(statePointer) }

  /// The generator's raw output, as `gsl_rng_get`: an integer from 0 to 2³² − 1, or to 2³¹ − 2
  /// for `mrg` and `cmrg`.
  @inlinable
  public mutating func word() -> UInt { get(statePointer) }

  /// An integer from 0 to n − 1: ⌊u n⌋ with one uniform u.
  ///
  /// Never n, without clamping: u is at most 1 − 2⁻⁴⁸, so the exact u n lies below n by 2⁻⁴⁸ n,
  /// which is at least sixteen times half the spacing of doubles there, and cannot round to n.
  /// No probability differs from 1 / n by more than the generator's resolution, 2⁻³² or 2⁻³¹.
  /// - Precondition: 0 < n ≤ 2³¹.
  @inlinable
  public mutating func index(below n: Int) -> Int {
    precondition(n > 0 && n <= 1 << 31, "index(below: \(n)): must be in 1...2147483648")
    return Int(uniform() * Double(n))
  }

  /// A draw from the standard normal distribution: Φ⁻¹(u), by `gsl_cdf_ugaussian_Pinv`.
  ///
  /// Takes exactly one uniform (a zero, of probability 2⁻³², is drawn again), where rejection
  /// methods take a varying number: two simulations that share a stream stay aligned. The price
  /// is the uniform's resolution in the tails: with 32 bits no value beyond ±6.3 occurs.
  public mutating func gaussian() -> Double {
    var u = uniform()
    while u == 0 { u = uniform() }
    return gsl_cdf_ugaussian_Pinv(u)
  }
}

/// Its state is owned by one value and changed by mutating calls only.
extension RandomStream: @unchecked Sendable {}

extension RandomStream {
  /// An index drawn with probability proportional to its weight, by linear scan: the first i with
  /// u Σw < w₀ + … + wᵢ. Weights need not sum to 1; an index of weight 0 is never drawn.
  ///
  /// One uniform, O(n): for the short rows of a policy faster than a table that must be rebuilt
  /// whenever the policy changes.
  /// - Precondition: the sum is positive and finite. No weight is negative (checked in debug).
  @inlinable
  public mutating func index(weights: borrowing Span<Double>) -> Int {
    var total = 0.0
    for i in weights.indices {
      assert(weights[i] >= 0, "index(weights:): a weight is negative")
      total += weights[i]
    }
    precondition(total > 0 && total.isFinite, "index(weights:): sum must be positive and finite")
    let target = uniform() * total
    // The scan adds in the order of the sum above, so it would end at `total` exactly, and a
    // weight of 0 is never where the partial sum first exceeds `target`.
    var index = 0
    var partial = weights[0]
    while partial <= target && index < weights.count - 1 {
      index += 1
      partial += weights[index]
    }
    // Reached past the last positive weight only if u Σw rounded up to a tiny Σw.
    while weights[index] == 0 { index -= 1 }
    return index
  }

  /// As `index(weights:)`, for an array.
  @inlinable
  public mutating func index(weights: [Double]) -> Int { index(weights: weights.span) }

  /// An index drawn from partial sums c: the first i with u cₙ₋₁ < cᵢ, so that i has probability
  /// (cᵢ − cᵢ₋₁) / cₙ₋₁. One uniform, O(n); saves the sum that `index(weights:)` forms first.
  /// - Precondition: c does not decrease, and its last entry is positive and finite.
  @inlinable
  public mutating func index(fromCumulative cumulative: borrowing Span<Double>) -> Int {
    precondition(!cumulative.isEmpty, "index(fromCumulative:): empty")
    let total = cumulative[cumulative.count - 1]
    precondition(
      total > 0 && total.isFinite, "index(fromCumulative:): last must be positive and finite")
    let target = uniform() * total
    var index = 0
    while cumulative[index] <= target && index < cumulative.count - 1 { index += 1 }
    // As above, for a tiny total.
    while index > 0 && cumulative[index] == cumulative[index - 1] { index -= 1 }
    return index
  }

  /// As `index(fromCumulative:)`, for an array.
  @inlinable
  public mutating func index(fromCumulative cumulative: [Double]) -> Int {
    index(fromCumulative: cumulative.span)
  }
}
