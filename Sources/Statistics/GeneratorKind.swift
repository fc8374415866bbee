internal import CGSL

/// The random number generators a configuration may name: those of GSL whose state we know how
/// to fill with entropy and to write down portably. References: GSL 2.7 manual, "Random Number
/// Generation". Bytes of state per stream, and resolution of one uniform:
///
/// | name | state | uniforms are multiples of | source |
/// | --- | --- | --- | --- |
/// | `taus2` | 24 | 2⁻³² | L'Ecuyer (1996, 1999), combined Tausworthe, period 2⁸⁸ |
/// | `mt19937` | 5,000 | 2⁻³² | Matsumoto & Nishimura (1998), period 2¹⁹⁹³⁷ − 1 |
/// | `gfsr4` | 131,080 | 2⁻³² | Ziff (1998), four-tap shift register |
/// | `ranlxd2` | 120 | 2⁻⁴⁸ | Lüscher (1994), luxury level 2, period 10¹⁷¹; forty times slower |
/// | `cmrg` | 48 | 1 / (2³¹ − 1) | L'Ecuyer (1996), combined multiple recursive, period 2¹⁸⁵ |
/// | `mrg` | 40 | 1 / (2³¹ − 1) | L'Ecuyer, Blouin & Couture (1993), period 10⁴⁶ |
public enum GeneratorKind: String, CaseIterable, Codable, Sendable {
  /// Combined Tausworthe with the improved seeding of 1999: the default, small and fast.
  case taus2
  /// The Mersenne twister.
  case mt19937
  /// Four-tap generalised feedback shift register.
  case gfsr4
  /// RANLUX in double precision, for checking that a result does not hang on the generator.
  case ranlxd2
  /// Combined multiple recursive generator.
  case cmrg
  /// Fifth-order multiple recursive generator.
  case mrg

  /// Finds a generator by its name in a configuration.
  /// - Throws: `UnknownGenerator`, which lists the known names.
  public init(named name: String) throws(UnknownGenerator) {
    guard let kind = GeneratorKind(rawValue: name) else { throw UnknownGenerator(name: name) }
    self = kind
  }

  /// Decodes the name.
  /// - Throws: `DecodingError.dataCorrupted` listing the known names.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let name = try container.decode(String.self)
    guard let kind = GeneratorKind(rawValue: name) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: UnknownGenerator(name: name).description)
    }
    self = kind
  }
}

/// A generator was asked for that this lab cannot seed with 64 bits and write down portably.
public struct UnknownGenerator: Error, CustomStringConvertible, Sendable, Equatable {
  /// The name that was asked for.
  public let name: String

  /// Names the rule and the way out.
  public var description: String {
    let known = GeneratorKind.allCases.map(\.rawValue).joined(separator: ", ")
    return "generator = \(name): must be one of \(known)"
  }
}

extension GeneratorKind {
  /// GSL's descriptor of the type.
  var type: UnsafePointer<gsl_rng_type> {
    switch self {
    case .taus2: cgsl_rng_taus2()
    case .mt19937: cgsl_rng_mt19937()
    case .gfsr4: cgsl_rng_gfsr4()
    case .ranlxd2: cgsl_rng_ranlxd2()
    case .cmrg: cgsl_rng_cmrg()
    case .mrg: cgsl_rng_mrg()
    }
  }
}
