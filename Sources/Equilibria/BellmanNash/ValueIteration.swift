public import Environments

/// Bellman-Nash value iteration, with exact detection of cycles.
///
/// V ← (stage equilibrium values against V), from V = 0. Unlike with one player this is no
/// contraction: values may settle into exact cycles, even where every stage game has one
/// equilibrium. Each new vector is compared with the last 64; a match that is kept up for a whole
/// period is a cycle, reported with its length and amplitude, and no profile is returned.
public struct ValueIteration: Sendable {
  /// The rule for stage games with several equilibria.
  public var selection: SelectionRule
  /// Sweeps after which the solver gives up.
  public var maximumSweeps: Int
  /// Whether to keep to the game's symmetry, if it declares one.
  public var imposesSymmetry = true
  /// Asked once a sweep; true ends the run as interrupted.
  public var isCancelled: @Sendable () -> Bool

  /// How many past value vectors a new one is compared with.
  static let memory = 64

  /// A cycle of the value vectors.
  public struct Cycle: Sendable, Equatable {
    /// Sweeps after which the values repeat.
    public let period: Int
    /// Largest difference, over players and states, between the largest and smallest value around
    /// the cycle.
    public let amplitude: Double
  }

  /// How value iteration ended.
  public struct Outcome: Sendable {
    /// The profile and values of the last sweep; nil unless the values settled.
    public let solution: StationarySolution?
    /// converged (settled; certify before believing), cycle, limit or interrupted.
    public let status: SolverStatus
    /// Sweeps made.
    public let sweeps: Int
    /// Largest change of a value in the last sweep.
    public let change: Double
    /// The cycle, if that is how it ended.
    public let cycle: Cycle?
    /// Choice in the last sweep.
    public let counts: SelectionCounts
  }

  /// Creates a solver.
  public init(
    selection: SelectionRule = .joint, maximumSweeps: Int = 20_000,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.selection = selection
    self.maximumSweeps = maximumSweeps
    self.isCancelled = isCancelled
  }

  /// Iterates until values settle to 1e-13 of their scale, cycle, or the limit is reached.
  ///
  /// - Parameter start: starts from the values of this profile, and takes it for the previous
  ///   sweep's; V = 0 and no previous sweep if nil. It must belong to the game.
  /// - Throws: `StageSelectionError` if a stage game cannot be settled; with a start also
  ///   `GameError` and `NumericalError` from its evaluation.
  public func solve(_ game: StochasticGame, from start: Profile? = nil) throws -> Outcome {
    let sweep = BellmanSweep(
      game: game, selector: StageSelector(rule: selection), imposesSymmetry: imposesSymmetry)
    var past = [[Double]]()  // the last `memory` vectors, newest last
    var streaks = [Int](repeating: 0, count: Self.memory + 1)
    var values = Array(
      repeating: [Double](repeating: 0, count: game.stateCount), count: game.playerCount)
    var profile = start
    if let start { values = try game.values(of: start) }
    var counts = SelectionCounts()
    var change = Double.infinity
    past.append(Array(values.joined()))
    for sweeps in 1...max(maximumSweeps, 1) {
      if isCancelled() {
        return Outcome(
          solution: nil, status: .interrupted, sweeps: sweeps - 1, change: change, cycle: nil,
          counts: counts)
      }
      let step = try sweep.apply(to: values, previous: profile)
      (values, profile, counts) = (step.values, step.profile, step.counts)
      let flat = Array(values.joined())
      let scale = 1 + (flat.map(abs).max() ?? 0)
      change = distance(flat, past[past.count - 1])
      if change <= 1e-13 * scale {
        let solution = StationarySolution(
          profile: step.profile, values: values, status: .converged, iterations: sweeps,
          note: "value iteration settled after \(sweeps) sweeps")
        return Outcome(
          solution: solution, status: .converged, sweeps: sweeps, change: change, cycle: nil,
          counts: counts)
      }
      if let cycle = detect(flat, past: past, streaks: &streaks, scale: scale) {
        return Outcome(
          solution: nil, status: .cycle, sweeps: sweeps, change: change, cycle: cycle,
          counts: counts)
      }
      past.append(flat)
      if past.count > Self.memory + 1 { past.removeFirst() }
    }
    return Outcome(
      solution: nil, status: .limit, sweeps: maximumSweeps, change: change, cycle: nil,
      counts: counts)
  }

  /// A cycle of length p is declared once p successive vectors each match the one p sweeps before
  /// to 1e-12, while values move by more than a thousand times that within it.
  private func detect(
    _ flat: [Double], past: [[Double]], streaks: inout [Int], scale: Double
  ) -> Cycle? {
    for period in 2...Self.memory where period <= past.count {
      let match = distance(flat, past[past.count - period]) <= 1e-12 * scale
      streaks[period] = match ? streaks[period] + 1 : 0
      guard streaks[period] >= period else { continue }
      let cycle = past.suffix(period)
      let amplitude =
        flat.indices.map { entry in
          let path = cycle.map { $0[entry] }
          return path.max()! - path.min()!
        }.max() ?? 0
      if amplitude > 1e-9 * scale { return Cycle(period: period, amplitude: amplitude) }
    }
    return nil
  }

  private func distance(_ first: [Double], _ second: [Double]) -> Double {
    var largest = 0.0
    for index in first.indices { largest = max(largest, abs(first[index] - second[index])) }
    return largest
  }
}
