internal import Environments
internal import Statistics

/// Whether a race is stable, contested or tips, seen from one firm's leads.
///
/// The regime belongs to a profile, not to parameters: one game may have a stable and a tipping
/// equilibrium. The rules are the model statement's (docs/compute-race.md, "What is reported"); it
/// chose them, no theorem did.
public struct RaceClassification: Sendable, Equatable {
  /// The three regimes.
  public enum Regime: String, Sendable, Codable, CaseIterable {
    /// No lead tends to grow.
    case stable
    /// Some lead tends to grow or parity repels, yet leads are lost again.
    case contested
    /// Leads tend to grow, start by themselves, and last.
    case tipping
  }

  /// stable, contested or tipping.
  public let regime: Regime
  /// m(step) / step: what a step's lead is multiplied by in expectation within a period. Negative
  /// means that the laggard leaps ahead; this number alone does not classify.
  public let parityMultiplier: Double
  /// The chance that a firm leading by about a quarter of the range is level or behind at some date
  /// 1, …, `turnoverPeriods`.
  public let turnover: Double
  /// The lead that `turnover` starts from, in units of capability.
  public let turnoverLead: Double
  /// round(1 / (1 − β)): how many dates `turnover` looks at.
  public let turnoverPeriods: Int
  /// Leads at which expected growth turns from nonnegative to negative. The largest gap of the grid
  /// is never one.
  public let attractors: [Double]

  /// Classifies firm 1's leads, or firm 2's if `mirrored`.
  ///
  /// - Parameters:
  ///   - drift: mean next gap minus gap at every grid point, firm 1 minus firm 2.
  ///   - mixedAtParity: whether a firm plays several levels of training at parity.
  /// - Complexity: O(S² / (1 − β)).
  init(
    _ race: ComputeRace, chain: MarkovChain, drift: [Double], mixedAtParity: Bool, mirrored: Bool
  ) {
    let parity = race.parity
    /// The state in which the firm leads by `lead` steps, and its lead's drift there.
    func state(_ lead: Int) -> Int { mirrored ? parity - lead : parity + lead }
    func growth(_ lead: Int) -> Double {
      mirrored ? -drift[state(lead)] : drift[state(lead)]
    }
    // Drift above this is positive; below it lies the rounding of mean next gaps, which grows with
    // the gaps themselves.
    let tolerance = max(1e-12, 1e-13 * race.gapMax)

    parityMultiplier = (race.gap(parity + 1) + growth(1)) / race.step
    let start = max(1, parity / 4)
    let periods = Int((1 / (1 - race.beta)).rounded())
    turnover = chain.hittingChance(
      of: (-parity...0).map(state), from: chain.pointMass(at: state(start)), within: periods)
    turnoverLead = race.gap(parity + start)
    turnoverPeriods = periods
    attractors = (1..<max(parity, 1))
      .filter { growth($0) >= -tolerance && growth($0 + 1) < -tolerance }
      .map { race.gap(parity + $0) }

    let someLeadGrows = (1...parity).contains { growth($0) > tolerance }
    if !someLeadGrows {
      regime = .stable
    } else if turnover < 0.5, growth(1) > tolerance || mixedAtParity {
      regime = .tipping
    } else {
      regime = .contested
    }
  }
}
