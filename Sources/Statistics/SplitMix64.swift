/// The generator of Steele, Lea & Flood, "Fast splittable pseudorandom number generators"
/// (OOPSLA 2014), with constants of variant 13 of Stafford's mixer. It only starts
/// other generators; results are never drawn from it.
struct SplitMix64 {
  /// 2⁶⁴ divided by the golden ratio, made odd.
  static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

  var state: UInt64

  /// The next 64 bits.
  mutating func next() -> UInt64 {
    state &+= Self.increment
    return Self.mix(state)
  }

  /// The finaliser: a bijection of 64-bit words in which every input bit moves every output bit.
  static func mix(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// The starting point for a stream's names: with γ = `increment` and F = FNV-1a,
  ///
  ///     h₁ = mix(seed + γ),  h₂ = mix((h₁ ⊕ F(role)) + γ),  h₃ = mix((h₂ ⊕ index) + γ).
  ///
  /// Each line is a bijection of its running value and of the number it takes in. So for one role
  /// and index no two seeds meet, and for one seed and role no two indices; across roles two of
  /// n streams meet with probability about n² / 2⁶⁵.
  init(seed: UInt64, role: StreamRole, index: Int) {
    var hash = Self.mix(seed &+ Self.increment)
    hash = Self.mix((hash ^ Self.fnv1a(role.rawValue.utf8)) &+ Self.increment)
    hash = Self.mix((hash ^ UInt64(bitPattern: Int64(index))) &+ Self.increment)
    state = hash
  }

  /// 64-bit FNV-1a (Fowler, Noll & Vo) of the bytes of a name.
  static func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
  }
}
