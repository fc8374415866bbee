public import Environments

/// A mean-field game whose crossings are known by formulas, hence all of them.
///
/// The solver evaluates Φ at each m given, so that policies, laws and certificates come from the same
/// code as elsewhere, and compares the list with what its own search finds.
public protocol ClosedFormCrossings: MeanFieldGame {
  /// Where the formula comes from, in a few words, such as `Φ(m) = 1 / (1 + (1 − m) D / J)`.
  var closedForm: String { get }

  /// Why the formulas may miss equilibria at these parameters; nil if they give all.
  var closedFormGap: String? { get }

  /// Every crossing within `interactionBounds`, both ends included, ascending.
  ///
  /// - Throws: `MeanFieldError.unsuitable` where the formulas do not apply to these parameters.
  func closedFormCrossings() throws -> [ClosedFormCrossing]
}

extension ClosedFormCrossings {
  /// None.
  public var closedFormGap: String? { nil }
}

/// A crossing that a formula gives.
public struct ClosedFormCrossing: Sendable, Equatable {
  /// Pure, mixed or degenerate.
  public var kind: MeanFieldCrossing.Kind
  /// The interaction, exact to a few units in the last place.
  public var m: Double

  /// Creates a crossing.
  public init(_ kind: MeanFieldCrossing.Kind, at m: Double) {
    self.kind = kind
    self.m = m
  }
}
