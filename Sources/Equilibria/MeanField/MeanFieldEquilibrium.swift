public import Configuration
internal import Environments

/// The stationary equilibria of a mean-field game with one scalar of interaction.
///
/// First one bisection on f(m) = m − Φ(m) from the search bounds (Light, Algorithm 1), with what it
/// needs where actions are finite: a mixture where the policy switches, a verdict where the game
/// itself jumps. Then every further crossing: all of them where the game's structure proves it,
/// otherwise those that a scan finds. Each equilibrium carries residuals recomputed by
/// `MeanFieldCertificate`, which shares nothing with the search.
public struct MeanFieldEquilibrium: Sendable {
  /// The word after `solver.kind`.
  public static let name = "mean-field"
  /// One line for a person.
  public static let summary = "bisection on one scalar of interaction, every crossing classified"
  /// The keys of the solver section.
  public static let parameters: [Parameter] = [
    .choice(
      "method", Method.auto.rawValue, Method.allCases.map(\.rawValue),
      "auto: all crossings where provable, else a scan; bisection: one crossing; scan: no proof; "
        + "exhaustive: all, or an error"),
    .integer(
      "scan", 400, 0...10_000_000, unit: "points",
      "points at which Φ is evaluated to find further crossings where they cannot be proved; 0: none"
    ),
    .real(
      "tolerance", 1e-12, .closed(0, 1),
      "width of the last bracket relative to max(1, |m|), at least 1e-14"),
  ]

  /// How far to look.
  public enum Method: String, Sendable, CaseIterable {
    /// Bisection, then all crossings by proof where there is one, else a scan.
    case auto
    /// One bisection from the bounds.
    case bisection
    /// Bisection, then a scan, whatever could be proved.
    case scan
    /// All crossings by proof, or an error.
    case exhaustive
  }

  /// How far to look.
  public var method = Method.auto
  /// Points of the scan.
  public var scanPoints = 400
  /// Width of the last bracket relative to max(1, |m|).
  public var tolerance = 1e-12

  /// Creates a solver with the defaults.
  public init() {}

  /// Reads a resolved solver section.
  ///
  /// - Throws: `GameError` about `tolerance` if doubles cannot deliver it.
  public init(_ set: ParameterSet) throws {
    method = Method(rawValue: set.text("method"))!
    scanPoints = set.integer("scan")
    tolerance = set.real("tolerance")
    guard scanPoints != 1 else {
      throw GameError("scan", "must be 0 for no scan, or at least 2, since it includes both bounds")
    }
    guard tolerance >= Self.smallestTolerance else {
      throw GameError(
        "tolerance",
        "must be at least \(Self.smallestTolerance): Φ(m) itself is only known to about that in "
          + "double precision")
    }
  }

  /// The least tolerance that doubles can deliver.
  public static let smallestTolerance = 1e-14
}
