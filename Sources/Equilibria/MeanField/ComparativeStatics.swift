public import Configuration
public import Environments

/// How the lowest and the highest equilibrium move as one parameter of a game does.
///
/// Monotone comparative statics speak of these two: where a parameter shifts every agent's invariant
/// law up in first-order dominance, both rise (Light, Proposition 2; Theorem 3 for ladders).
public struct ComparativeStatics: Sendable {
  /// The parameter.
  public let parameter: String
  /// One entry a value of it, in the order given.
  public let points: [Point]

  /// The equilibria at one value.
  public struct Point: Sendable {
    /// The parameter's value.
    public var value: Double
    /// The smallest m of an equilibrium that is not degenerate; nil if there is none.
    public var lowest: Double?
    /// The largest.
    public var highest: Double?
    /// Everything the solver said.
    public var solution: MeanFieldSolution
  }

  /// How m moves with the parameter.
  public enum Trend: String, Sendable, Codable {
    /// Never down and somewhere up.
    case rises
    /// Never up and somewhere down.
    case falls
    /// Not at all.
    case constant
    /// Up here and down there.
    case varies
    /// Some value has no equilibrium, or there is but one value.
    case unknown
  }

  /// Solves a game at several values of a parameter.
  ///
  /// - Parameters:
  ///   - parameters: all the family's parameters, resolved.
  ///   - scalar: which scalar of the interaction to follow.
  ///   - solve: solves one model.
  /// - Throws: what the family or `solve` throws.
  public init(
    of family: any MeanFieldFamily.Type, parameters: ParameterSet, varying parameter: String,
    over values: [Double], scalar: Int = 0,
    solve: (MeanFieldModel) throws -> MeanFieldSolution
  ) throws {
    self.parameter = parameter
    points = try values.map { value in
      var set = parameters
      let isInteger = if case .integer = set[parameter] { true } else { false }
      set.set(parameter, isInteger ? .integer(Int(value)) : .real(value))
      let solution = try solve(family.init(set).model())
      let found = solution.equilibria.filter { $0.kind != .degenerate }.map { $0.m[scalar] }
      return Point(
        value: value, lowest: found.min(), highest: found.max(), solution: solution)
    }
  }

  /// How the lowest equilibrium moves; differences below 1e-9 of it count as none.
  public var lowestTrend: Trend { trend(points.map(\.lowest)) }
  /// How the highest equilibrium moves.
  public var highestTrend: Trend { trend(points.map(\.highest)) }

  private func trend(_ values: [Double?]) -> Trend {
    let order = points.indices.sorted { points[$0].value < points[$1].value }
    let known = order.compactMap { values[$0] }
    guard known.count == points.count, known.count > 1 else { return .unknown }
    let steps = zip(known, known.dropFirst()).map { from, to in
      abs(to - from) <= 1e-9 * max(1, abs(from)) ? 0 : to - from
    }
    switch (steps.contains { $0 > 0 }, steps.contains { $0 < 0 }) {
    case (true, false): return .rises
    case (false, true): return .falls
    case (false, false): return .constant
    case (true, true): return .varies
    }
  }
}
