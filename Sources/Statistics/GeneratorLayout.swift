internal import CGSL

/// Where the words of a generator's state lie in GSL 2.x's structs on a 64-bit machine, and what
/// each may hold. From the sources of GSL 2.7 (`rng/taus.c`, `mt.c`, `gfsr4.c`, `ranlxd.c`,
/// `cmrg.c`, `mrg.c`). Only `entropy` fields are ever filled with random words: an index or a
/// carry out of range makes GSL read outside its table or return "uniforms" above 1.
struct GeneratorLayout: Sendable {
  enum Encoding {
    /// An `unsigned long` or `long` that holds at most 32 bits.
    case long
    /// An `int` or `unsigned int`.
    case int
    /// A `double` k · 2⁻⁴⁸, written down as the integer k.
    case fraction48
  }

  /// `count` equal words from byte `offset` on.
  struct Field: Sendable {
    var name: String
    var offset: Int
    var count = 1
    var encoding = Encoding.long
    var range: Range<UInt64>
    var entropy = false

    /// Bytes from one word to the next.
    var stride: Int { encoding == .int ? 4 : 8 }
  }

  var byteCount: Int
  var fields: [Field]

  /// Number of words in a written-down state.
  var wordCount: Int { fields.reduce(0) { $0 + $1.count } }
}

extension GeneratorKind {
  /// The layout of this generator's state.
  var layout: GeneratorLayout {
    let two32: UInt64 = 1 << 32
    switch self {
    case .taus2:
      // Below these bounds a component's recurrence degenerates to zero (L'Ecuyer 1996).
      return GeneratorLayout(
        byteCount: 24,
        fields: [
          .init(name: "s1", offset: 0, range: 2..<two32, entropy: true),
          .init(name: "s2", offset: 8, range: 8..<two32, entropy: true),
          .init(name: "s3", offset: 16, range: 16..<two32, entropy: true),
        ])
    case .mt19937:
      return GeneratorLayout(
        byteCount: 5000,
        fields: [
          .init(name: "mt", offset: 0, count: 624, range: 0..<two32, entropy: true),
          .init(name: "mti", offset: 4992, encoding: .int, range: 0..<625),
        ])
    case .gfsr4:
      return GeneratorLayout(
        byteCount: 131_080,
        fields: [
          .init(name: "nd", offset: 0, encoding: .int, range: 0..<16384),
          .init(name: "ra", offset: 8, count: 16384, range: 0..<two32, entropy: true),
        ])
    case .ranlxd2:
      return GeneratorLayout(
        byteCount: 120,
        fields: [
          .init(
            name: "xdbl", offset: 0, count: 12, encoding: .fraction48, range: 0..<(1 << 48),
            entropy: true),
          .init(name: "carry", offset: 96, encoding: .fraction48, range: 0..<2),
          .init(name: "ir", offset: 104, encoding: .int, range: 0..<12),
          .init(name: "jr", offset: 108, encoding: .int, range: 0..<12),
          .init(name: "ir_old", offset: 112, encoding: .int, range: 0..<12),
          .init(name: "pr", offset: 116, encoding: .int, range: 397..<398),
        ])
    case .cmrg:
      return GeneratorLayout(
        byteCount: 48,
        fields: [
          .init(name: "x", offset: 0, count: 3, range: 0..<2_147_483_647, entropy: true),
          .init(name: "y", offset: 24, count: 3, range: 0..<2_145_483_479, entropy: true),
        ])
    case .mrg:
      return GeneratorLayout(
        byteCount: 40,
        fields: [.init(name: "x", offset: 0, count: 5, range: 0..<2_147_483_647, entropy: true)])
    }
  }

  /// A generator of this kind seeded by `gsl_rng_set` with a fixed seed, from which streams are
  /// cloned: the same as seeding each anew, without gfsr4's half a million steps. Read only.
  var prototype: UnsafePointer<gsl_rng> { UnsafePointer(prototypes.pointers[self]!) }
}

/// The prototypes, made once and never written again, hence safe to read from any thread.
private struct Prototypes: @unchecked Sendable {
  let pointers: [GeneratorKind: UnsafeMutablePointer<gsl_rng>]

  init() {
    _ = gslReady
    var pointers: [GeneratorKind: UnsafeMutablePointer<gsl_rng>] = [:]
    for kind in GeneratorKind.allCases {
      guard let rng = gsl_rng_alloc(kind.type) else { fatalError("gsl_rng_alloc: out of memory") }
      // The one assumption about the library that its headers do not promise.
      precondition(
        gsl_rng_size(rng) == kind.layout.byteCount,
        "GSL \(gslVersion) lays out the state of \(kind) in \(gsl_rng_size(rng)) bytes; "
          + "this lab knows the layout of \(kind.layout.byteCount)")
      gsl_rng_set(rng, 1)
      pointers[kind] = rng
    }
    self.pointers = pointers
  }
}

private let prototypes = Prototypes()

extension GeneratorLayout.Field {
  /// Word `index` of this field in the state at `state`.
  func load(_ index: Int, from state: UnsafeMutableRawPointer) -> UInt64 {
    let at = offset + index * stride
    switch encoding {
    case .long: return UInt64(truncatingIfNeeded: state.load(fromByteOffset: at, as: Int.self))
    case .int: return UInt64(state.load(fromByteOffset: at, as: UInt32.self))
    case .fraction48: return UInt64(state.load(fromByteOffset: at, as: Double.self) * 0x1p48)
    }
  }

  /// Writes word `index`; `word` must lie in `range`.
  func store(_ word: UInt64, _ index: Int, to state: UnsafeMutableRawPointer) {
    let at = offset + index * stride
    switch encoding {
    case .long: state.storeBytes(of: Int(word), toByteOffset: at, as: Int.self)
    case .int: state.storeBytes(of: UInt32(word), toByteOffset: at, as: UInt32.self)
    case .fraction48:
      state.storeBytes(of: Double(word) * 0x1p-48, toByteOffset: at, as: Double.self)
    }
  }

  /// Fills every word uniformly over `range`, and again should all come out zero: the top 32 bits
  /// (48 for fractions) of successive outputs of `source`, skipping those out of range.
  func fill(_ state: UnsafeMutableRawPointer, from source: inout SplitMix64) {
    let shift: UInt64 = encoding == .fraction48 ? 16 : 32
    var anyBits: UInt64 = 0
    repeat {
      for index in 0..<count {
        var word = source.next() >> shift
        while !range.contains(word) { word = source.next() >> shift }
        store(word, index, to: state)
        anyBits |= word
      }
    } while anyBits == 0
  }
}
