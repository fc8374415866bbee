public import Environments

/// How a solver ended.
public enum SolverStatus: String, Sendable, Codable, CaseIterable {
  /// The result carries a certificate within tolerance.
  case converged
  /// The iteration repeats itself; nothing it holds is an equilibrium.
  case cycle
  /// The method ended by itself, but its result does not certify.
  case uncertified
  /// An iteration, time or size limit was reached; the result is partial.
  case limit
  /// Stopped from outside.
  case interrupted
}

/// A stationary profile with its values, as a solver reports it.
///
/// Whether it *is* an equilibrium is for `Certificate` to say, which recomputes everything from the
/// profile alone.
public struct StationarySolution: Sendable {
  /// One policy per player.
  public var profile: Profile
  /// Values `[player][state]` as the solver holds them.
  public var values: [[Double]]
  /// How the solver ended.
  public var status: SolverStatus
  /// Sweeps, path steps or pivots.
  public var iterations: Int
  /// One line on how it went, such as `cycle of period 40, amplitude 1.5`.
  public var note: String

  /// Creates a solution.
  public init(
    profile: Profile, values: [[Double]], status: SolverStatus, iterations: Int, note: String = ""
  ) {
    self.profile = profile
    self.values = values
    self.status = status
    self.iterations = iterations
    self.note = note
  }
}
