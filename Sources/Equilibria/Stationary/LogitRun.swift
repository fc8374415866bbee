internal import Environments
internal import Foundation
internal import Statistics

/// One run of `LogitPath`: attempts, goals and limits.
struct LogitRun {
  private let system: StationarySystem
  private let configuration: LogitPath.Configuration
  private let started = Date()
  private var totalSteps = 0
  private var newtonIterations = 0

  /// One way of walking the path.
  private struct Attempt {
    var fineness: Double
    /// Size of a fixed pseudo-random tilt of the reference; 0 for none.
    var tilt: Double
    var seed: UInt64
    var description: String
  }

  init(_ system: StationarySystem, _ configuration: LogitPath.Configuration) {
    self.system = system
    self.configuration = configuration
  }

  /// Attempts in turn until one certifies or a limit is reached.
  mutating func solve(reference: [Double]?) throws -> LogitPathResult {
    var attempts = [
      Attempt(fineness: configuration.fineness, tilt: 0, seed: 0, description: "logit path")
    ]
    if configuration.retries {
      for factor in [0.3, 0.1] {
        attempts.append(
          Attempt(
            fineness: configuration.fineness * factor, tilt: 0, seed: 0,
            description: "logit path with steps refined by \(factor)"))
      }
      for seed in 1...4 as ClosedRange<UInt64> {
        attempts.append(
          Attempt(
            fineness: configuration.fineness * 0.5, tilt: seed > 2 ? 0.5 : 0.05, seed: seed,
            description: "logit path from a slightly tilted start; not the principal branch"))
      }
    }
    var best: LogitPathResult?
    for (number, attempt) in attempts.enumerated() {
      let result = try walk(attempt, number + 1, reference)
      if best == nil
        || result.certificate.exploitability < best?.certificate.exploitability ?? .infinity
      {
        best = result
      }
      if result.solution.status != .uncertified {
        if result.solution.status == .converged { return result }
        var partial = best ?? result
        partial.solution.status = result.solution.status
        partial.solution.iterations = totalSteps
        return partial
      }
    }
    guard var last = best else { preconditionFailure("there is always one attempt") }
    last.solution.iterations = totalSteps
    return last
  }

  /// Follows the path until it crosses `precision`, and solves for the crossing.
  mutating func smoothed(reference: [Double]?, precision: Double) throws -> LogitPathResult {
    let equations = LogitEquations(system, reference: reference, threads: configuration.threads)
    let follower = LogitFollower(equations, fineness: configuration.fineness)
    let size = equations.size
    let before = UnsafeMutablePointer<Double>.allocate(capacity: size)
    defer { before.deallocate() }
    var status = SolverStatus.converged
    var note = "logit equilibrium at precision \(precision)"
    while true {
      if follower.precision >= precision {
        if follower.steps > 0 {
          // Between two neighbouring points of the path; Newton at fixed λ takes it from there.
          let part = (precision - before[size - 1]) / (follower.precision - before[size - 1])
          for index in 0..<size { before[index] += part * (follower.x[index] - before[index]) }
          before[size - 1] = precision
          if follower.solveAtFixedPrecision(before) {
            follower.x.update(from: before, count: size)
          } else {
            (status, note) = (.uncertified, "Newton at the crossing failed")
          }
        }
        break
      }
      if let stop = limit() {
        (status, note) = (stop, "stopped at precision \(follower.precision)")
        break
      }
      before.update(from: follower.x, count: size)
      guard follower.advance() == .moved else {
        (status, note) = (.uncertified, "the path could not be followed on")
        break
      }
      report(follower)
    }
    return try result(follower, status, note, attempts: 1)
  }

  private mutating func walk(
    _ attempt: Attempt, _ number: Int, _ reference: [Double]?
  ) throws -> LogitPathResult {
    let equations = LogitEquations(
      system, reference: tilted(reference, attempt), threads: configuration.threads)
    let follower = LogitFollower(equations, fineness: attempt.fineness)
    return try follow(follower, attempt.description, number)
  }

  /// Follows on, from wherever the follower is, to the goals.
  private mutating func follow(
    _ follower: LogitFollower, _ description: String, _ number: Int
  ) throws -> LogitPathResult {
    var found: LogitPathResult?
    var foundAt = 0.0
    for goal in configuration.precisionGoals {
      var stopped: String?
      var status = SolverStatus.uncertified
      while stopped == nil, follower.precision < goal {
        if let stop = limit() {
          (status, stopped) = (stop, "stopped")
        } else if follower.advance() == .moved {
          report(follower)
        } else {
          stopped = "the path could not be followed on"
        }
      }
      // A run told to stop stops: polishing a path that is not far along is slow and vain.
      let polished =
        status == .uncertified ? try polish(follower, description, number) : nil
      if let stopped {
        if var found {
          if polished.map({ agree($0, found) }) != true {
            found.note(", not confirmed: \(stopped)")
          }
          return found
        }
        if let polished { return polished }
        return try result(follower, status, "\(description): \(stopped)", attempts: number)
      }
      if let polished {
        if !configuration.confirms { return polished }
        if var found, agree(polished, found) {
          if goal >= 50 * foundAt || goal == configuration.precisionGoals.last {
            found.note(", confirmed at \(compactDecimal(follower.precision.rounded()))")
            return found
          }
        } else {
          (found, foundAt) = (polished, goal)
        }
      }
    }
    if var found {
      found.note(", not confirmed")
      return found
    }
    return try result(
      follower, .uncertified, "\(description): no certified equilibrium", attempts: number)
  }

  /// Follows the branch that ends at an equilibrium back from its end, until it turns and leads to
  /// another equilibrium; nil if it leads to λ = 0 instead, or if it cannot be entered.
  mutating func otherEnd(
    of equilibrium: Profile, values: [[Double]], reference: [Double]?
  ) throws -> LogitPathResult? {
    guard let entry = configuration.precisionGoals.first else { return nil }
    let equations = LogitEquations(system, reference: reference, threads: configuration.threads)
    let point = system.logitPoint(near: equilibrium, values: values, precision: entry)
    guard
      let follower = LogitFollower(equations, fineness: configuration.fineness, near: point)
    else { return nil }
    while follower.turns == 0 {
      // A branch that comes down this far is the one from λ = 0.
      guard limit() == nil, follower.precision > 1e-3, follower.advance() == .moved else {
        return nil
      }
      report(follower)
    }
    return try follow(follower, "logit branch from another equilibrium", 1)
  }

  /// Whether two results are one equilibrium: all values within 1e-7 of the scale.
  private func agree(_ one: LogitPathResult, _ other: LogitPathResult) -> Bool {
    largestDifference(one.solution.values, other.solution.values) <= 1e-7 * system.scale
  }

  /// Newton on supports read off the path's current point.
  private mutating func polish(
    _ follower: LogitFollower, _ description: String, _ number: Int
  ) throws -> LogitPathResult? {
    let (x, slots, actions) = (follower.x, system.slotCount, system.actionTotal)
    let values = (0..<slots).map { x[actions + $0] }
    // d log σ/d log λ tends to 0 on the support and to log σ off it.
    let slope = follower.precision / follower.direction[actions + slots]
    var supports = [
      (0..<actions).map {
        x[$0] > -30 && follower.direction[$0] * slope > -0.3 - 0.1 * abs(x[$0])
      }
    ]
    for threshold in SupportNewton.usualThresholds {
      let level = log(threshold)
      supports.append((0..<actions).map { x[$0] > level })
    }
    let attempt = try SupportNewton.polish(system, supports: supports, values: values) {
      for action in 0..<actions { system.sigma[action] = exp(x[action]) }
    }
    newtonIterations += attempt.iterations
    guard let found = attempt.found else { return nil }
    return package(
      follower, .converged, description, number, profile: found.profile,
      certificate: found.certificate)
  }

  private func result(
    _ follower: LogitFollower, _ status: SolverStatus, _ note: String, attempts: Int
  ) throws -> LogitPathResult {
    for action in 0..<system.actionTotal { system.sigma[action] = exp(follower.x[action]) }
    let profile = system.profile()
    return package(
      follower, status, note, attempts, profile: profile,
      certificate: try Certificate(system.game, profile))
  }

  private func package(
    _ follower: LogitFollower, _ status: SolverStatus, _ note: String, _ attempts: Int,
    profile: Profile, certificate: Certificate
  ) -> LogitPathResult {
    LogitPathResult(
      solution: StationarySolution(
        profile: profile, values: certificate.values, status: status, iterations: totalSteps,
        note: "\(note); \(follower.steps) steps, \(follower.turns) turns, "
          + "precision \(compactDecimal(follower.precision.rounded()))"),
      steps: follower.steps, turns: follower.turns, bifurcations: follower.bifurcations,
      precision: follower.precision, newtonIterations: newtonIterations,
      certificate: certificate, attempts: attempts)
  }

  private mutating func report(_ follower: LogitFollower) {
    totalSteps += 1
    configuration.progress?(
      LogitPathProgress(
        step: follower.steps, precision: follower.precision, turns: follower.turns))
  }

  private func limit() -> SolverStatus? {
    if configuration.isCancelled?() == true { return .interrupted }
    if totalSteps >= configuration.maximumSteps { return .limit }
    if let seconds = configuration.timeLimit, Date().timeIntervalSince(started) > seconds {
      return .limit
    }
    return nil
  }

  /// The reference law, tilted by a fixed pseudo-random factor per action.
  private func tilted(_ reference: [Double]?, _ attempt: Attempt) -> [Double]? {
    guard attempt.tilt > 0 else { return reference }
    var draws = RandomStream(seed: attempt.seed, role: .solver, index: -1)
    var law = [Double](repeating: 0, count: system.actionTotal)
    for slot in 0..<system.slotCount {
      let actions = system.actionOffset[slot]..<system.actionOffset[slot + 1]
      var total = 0.0
      for action in actions {
        law[action] = (reference?[action] ?? 1) * exp(attempt.tilt * (2 * draws.uniform() - 1))
        total += law[action]
      }
      for action in actions { law[action] /= total }
    }
    return law
  }
}

extension LogitPathResult {
  /// Appends to the solution's note.
  fileprivate mutating func note(_ more: String) { solution.note += more }
}
