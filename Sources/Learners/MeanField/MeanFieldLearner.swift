public import Configuration
public import Environments
public import Equilibria
public import Statistics

/// A method that learns a stationary mean-field equilibrium.
///
/// It goes in outer steps: at each it looks at one value m of the interaction, learns or computes how
/// an agent answers it, and finds what the population then does. Everything random in outer step n
/// comes from streams named by (seed, role, n), so a step that was cut short can be taken again to
/// the same bytes, and a restored learner continues as if it had never stopped.
public protocol MeanFieldLearner {
  /// Everything that the outer steps change, portable.
  associatedtype Snapshot: Codable & Sendable

  /// The word after `learner.kind`.
  static var name: String { get }
  /// One line for `lab list learners`.
  static var summary: String { get }
  /// Its keys in the learner section.
  static var parameters: [Parameter] { get }

  /// Creates the learner.
  ///
  /// - Parameters:
  ///   - parameters: resolved.
  ///   - game: the game; a method without a model only draws from it.
  ///   - seed: the seed of the run.
  ///   - generator: the kind of random streams.
  /// - Throws: `GameError` whose subject is the key at fault, or about a game that the method cannot
  ///   learn.
  init(
    _ parameters: ParameterSet, game: any MeanFieldGame, seed: UInt64, generator: GeneratorKind)
    throws

  /// Takes one outer step.
  ///
  /// - Parameter isCancelled: asked every few milliseconds; once true, the step is dropped and nil
  ///   returned, with the learner as it was before the step.
  /// - Returns: what the step saw and did; nil if the learner was done, or was cancelled.
  /// - Throws: `MeanFieldError`, or `GameError` if learning left the finite numbers.
  mutating func advance(isCancelled: () -> Bool) throws -> OuterStep?

  /// Whether there is nothing left to do.
  var isDone: Bool { get }
  /// What the learner now holds the equilibrium to be.
  var estimate: MeanFieldEstimate { get }
  /// The policy that goes with the estimate; before the first step, every action alike.
  var policy: MeanFieldPolicy { get }
  /// The population's law that goes with it, as the learner saw it; empty before the first step.
  var law: [Double] { get }
  /// Q̂ of each row of the layout, of the last step; nil of methods without action values.
  var actionValues: [Double]? { get }
  /// max |w| of learners with weights, for the log.
  var largestWeight: Double? { get }

  /// Everything that the outer steps change.
  func snapshot() -> Snapshot
  /// Takes up a snapshot.
  ///
  /// - Throws: `SnapshotError` if it does not fit.
  mutating func restore(_ snapshot: Snapshot) throws
}

extension MeanFieldLearner {
  /// None, unless a learner has weights.
  public var largestWeight: Double? { nil }
  /// Takes one outer step, whatever happens.
  public mutating func advance() throws -> OuterStep? { try advance(isCancelled: { false }) }
}

/// What one outer step saw and did.
public struct OuterStep: Codable, Sendable, Equatable {
  /// Outer steps are counted from 1.
  public var index: Int
  /// Why this m: part of the bisection, a check of an end, a way back out, or a probe beside the
  /// answer; `round` of methods without a bracket.
  public var purpose: Purpose
  /// Where the step looked.
  public var m: [Double]
  /// f̂ = m − M(μ̂), one value per scalar.
  public var residual: [Double]
  /// The standard error of f̂ from batch means, of a single scalar; 0 if the law is exact.
  public var standardError: Double
  /// The half width of f̂'s confidence interval.
  public var halfWidth: Double
  /// What the step says about the sign of f.
  public var sign: ResidualSign
  /// The bracket after the step, [low, high]; nil of methods without one.
  public var bracket: [Double]?
  /// Updates of action values, or iterations of a gradient, in this step.
  public var updates: Int
  /// Transitions drawn to see the population, in this step.
  public var samples: Int
  /// f̂ of every independent trial of the step, in order; the last is `residual`.
  public var trials: [Double]
  /// The learned policy, of the last trial.
  public var policy: MeanFieldPolicy
  /// The population's law under it as the step saw it.
  public var law: [Double]
  /// Q̂ of each row; nil of methods without action values.
  public var actionValues: [Double]?
  /// Σ ρ(x) (maxₐ Q^σ(x, a) − V^σ(x)) of the learned policy, of methods that know it: how far from
  /// converged.
  public var bellmanResidual: Double?
  /// Σ s(x) (V*(x) − V^σ(x)) at m, of methods that compute it each round.
  public var exploitability: Double?
  /// ‖sL − s‖₁ at m, of the same methods.
  public var consistency: Double?
  /// One line on what was unusual; empty otherwise.
  public var note: String

  /// Why a step looked where it did.
  public enum Purpose: String, Codable, Sendable {
    /// The middle of the bracket.
    case bisection
    /// An end that has stood for long, looked at again.
    case recheck
    /// Outside a bracket that was found wrong.
    case expansion
    /// Beside the answer, to enclose it.
    case probe
    /// A round of a method without a bracket.
    case round
  }
}

/// What a step says about f(m) = m − Φ(m).
public enum ResidualSign: String, Codable, Sendable {
  /// f < 0: the equilibrium lies above.
  case below = "-"
  /// f > 0: the equilibrium lies below.
  case above = "+"
  /// Within the tolerance of zero.
  case within = "0"
  /// The most samples or trials did not tell.
  case undecided = "?"
}

/// What a learner holds the equilibrium to be.
public struct MeanFieldEstimate: Codable, Sendable, Equatable {
  /// m, one value per scalar.
  public var m: [Double]
  /// f̂ there.
  public var residual: [Double]
  /// The standard error of f̂ there, of a single scalar.
  public var standardError: Double
  /// The bracket, [low, high]; nil of methods without one.
  public var bracket: [Double]?
  /// [low, high] with a negative sign of f at the low end and a positive one at the high end, each
  /// decided at the stated confidence or known from the bounds: a crossing lies between if both are
  /// right. Nil of methods without signs.
  public var interval: [Double]?
  /// How learning stands.
  public var status: MeanFieldLearningStatus
  /// The policies and laws found on the two sides of a jump, left first; else nil.
  public var sides: [Side]?
  /// One line on how it went.
  public var note: String

  /// One side of a jump.
  public struct Side: Codable, Sendable, Equatable {
    /// Where the side was looked at.
    public var m: Double
    /// M(μ̂) there.
    public var mapped: Double
    /// The policy learned there.
    public var policy: MeanFieldPolicy
    /// The population's law there.
    public var law: [Double]
  }
}

/// How learning stands or ended.
public enum MeanFieldLearningStatus: String, Codable, Sendable, CaseIterable {
  /// Not yet at the end.
  case running
  /// |f̂| is within the tolerance, or, of methods without a bracket, both residuals are.
  case converged
  /// The sign of f changes without f̂ coming near zero, both sides having been looked at: the
  /// population's answer jumps there, as at an equilibrium in which agents mix.
  case jump
  /// The most outer steps were taken.
  case limit
  /// The signs contradict each other: no end of the bracket can be relied on.
  case bracketLost = "bracket-lost"
  /// f̂ is zero as far as samples and learning tell, and that is coarser than the tolerance asked for.
  case belowSampling = "below-sampling"
  /// The search came to stand against a bound where f does not have the sign that it must have there:
  /// no sign change was seen within the bounds.
  case atBound = "at-bound"
  /// f̂ is within the tolerance, but the policy still mixes between actions that are not equally
  /// good: such a root may be an artefact of stopping early.
  case underConverged = "under-converged"
}
