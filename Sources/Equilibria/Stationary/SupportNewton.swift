public import Environments
internal import Foundation

/// Stationary equilibria by Newton's method on the indifference conditions of a support.
///
/// Given a profile near an equilibrium, tries supports read off it: actions played above one of
/// several thresholds, and best responses to it. For each, Newton solves W(a) = V on the support
/// and Σ σ = 1; actions that come out negative are dropped and profitable ones added until the
/// support is consistent. Different starts can find different equilibria, asymmetric ones included.
///
/// Newton converges only from near a solution: from arbitrary profiles it usually fails, and says
/// so. Cost per iteration O(n³) with n = support + unknown values.
public struct SupportNewton: Sendable {
  /// Whether to look for symmetric equilibria only, where the game declares a symmetry.
  public var imposesSymmetry: Bool
  /// Thresholds on probabilities that define the supports tried, in order.
  public var thresholds: [Double]

  /// Tried first to last: an action this likely counts as played.
  public static let usualThresholds = [1e-3, 1e-2, 1e-4, 1e-6, 0.1, 1e-9, 0.3]

  /// Creates a solver.
  public init(
    imposesSymmetry: Bool = false,
    thresholds: [Double] = usualThresholds
  ) {
    self.imposesSymmetry = imposesSymmetry
    self.thresholds = thresholds
  }

  /// Solves from `profile`.
  ///
  /// - Returns: the first result that certifies (exploitability ≤ 1e-9 (1 + range of u)) with status
  ///   `converged`; otherwise `profile` itself, with its exact values and status `uncertified`.
  /// - Throws: `GameError` if the profile does not belong to the game.
  public func solve(_ game: StochasticGame, from profile: Profile) throws -> StationarySolution {
    try game.validate(profile)
    let system = StationarySystem(game, imposesSymmetry: imposesSymmetry)
    let exact = try game.values(of: profile)
    let values = (0..<system.slotCount).map {
      exact[system.slotPlayer[$0]][system.slotState[$0]] / system.scale
    }
    var supports: [[Bool]] = []
    system.load(profile)
    for threshold in thresholds {
      supports.append((0..<system.actionTotal).map { system.sigma[$0] > threshold })
    }
    supports.append(Self.bestResponses(system, values))
    let attempt = try Self.polish(system, supports: supports, values: values) {
      system.load(profile)
    }
    if let found = attempt.found {
      return StationarySolution(
        profile: found.profile, values: found.certificate.values, status: .converged,
        iterations: attempt.iterations, note: "Newton on the support")
    }
    return StationarySolution(
      profile: profile, values: exact, status: .uncertified,
      iterations: attempt.iterations,
      note: "no support read off the start leads to an equilibrium; the start is returned")
  }

  /// The supports' first certified solution. `reload` puts the start into the system's `sigma`.
  static func polish(
    _ system: StationarySystem, supports: [[Bool]], values: [Double], reload: () -> Void
  ) throws -> (found: (profile: Profile, certificate: Certificate)?, iterations: Int) {
    var iterations = 0
    var tried = Set<[Bool]>()
    for support in supports where tried.insert(support).inserted {
      reload()
      let newton = IndifferenceSystem(system, values: values)
      let consistent = newton.solve(support: support)
      iterations += newton.iterations
      guard consistent else { continue }
      let profile = system.profile()
      let certificate = try Certificate(system.game, profile)
      if certificate.isCertified { return ((profile, certificate), iterations) }
    }
    return (nil, iterations)
  }

  /// Actions within 1e-9 of the best under the laws in `sigma` and the given values.
  private static func bestResponses(_ system: StationarySystem, _ values: [Double]) -> [Bool] {
    values.withUnsafeBufferPointer { held in
      guard let base = held.baseAddress else { return }
      for block in system.blocks.indices {
        system.evaluate(block: block, values: base, derivatives: false)
      }
    }
    var support = [Bool](repeating: false, count: system.actionTotal)
    for slot in 0..<system.slotCount {
      let actions = system.actionOffset[slot]..<system.actionOffset[slot + 1]
      let best = actions.reduce(-Double.infinity) { max($0, system.worth[$1]) }
      for action in actions { support[action] = system.worth[action] >= best - 1e-9 }
    }
    return support
  }
}

extension StationarySystem {
  /// A guess at the logit equilibrium near an equilibrium: log σ on the support, and off it
  /// λ (W(a) − max W), normalised; values as given; λ. Laid out as `LogitEquations` has it.
  func logitPoint(near equilibrium: Profile, values: [[Double]], precision: Double) -> [Double] {
    load(equilibrium)
    let scaled = (0..<slotCount).map { values[slotPlayer[$0]][slotState[$0]] / scale }
    scaled.withUnsafeBufferPointer { held in
      guard let base = held.baseAddress else { return }
      for block in blocks.indices { evaluate(block: block, values: base, derivatives: false) }
    }
    var point = [Double](repeating: 0, count: actionTotal)
    for slot in 0..<slotCount {
      let actions = actionOffset[slot]..<actionOffset[slot + 1]
      let best = actions.reduce(-Double.infinity) { max($0, worth[$1]) }
      var total = 0.0
      for action in actions {
        point[action] =
          sigma[action] > 1e-9 ? log(sigma[action]) : precision * (worth[action] - best) - 1
        total += exp(point[action])
      }
      for action in actions { point[action] -= log(total) }
    }
    return point + scaled + [precision]
  }
}
