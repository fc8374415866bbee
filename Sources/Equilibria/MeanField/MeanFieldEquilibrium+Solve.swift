public import Environments

extension MeanFieldEquilibrium {
  /// Refuses a game that this solver cannot take, before any work.
  ///
  /// - Throws: `MeanFieldError.unsuitable` with the way out.
  public func check(_ game: any MeanFieldGame) throws {
    let scalars = game.layout.scalarCount
    guard scalars == 1 else {
      throw MeanFieldError.unsuitable(
        "bisection needs one scalar of interaction, and this game has \(scalars): use "
          + "solver: {kind: broyden}")
    }
  }

  /// Finds and certifies equilibria.
  ///
  /// - Parameters:
  ///   - isCancelled: asked between evaluations of a scan or of pieces; the crossings found so far
  ///     are returned with status `interrupted`.
  ///   - progress: one line on where the solver is, now and then.
  ///   - threads: for the scan; results do not depend on it.
  /// - Throws: `MeanFieldError` if the game is unsuitable, a row is no law, or the population's chain
  ///   has several closed classes at some m; `GameError` about `method` if `exhaustive` is asked for
  ///   and nothing proves the list complete.
  public func solve(
    _ game: any MeanFieldGame, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (@Sendable (String) -> Void)? = nil, threads: Int = 2
  ) throws -> MeanFieldSolution {
    try check(game)
    let start = ContinuousClock.now
    var search = CrossingSearch(try FrozenProblem(game), tolerance: tolerance)
    var solution = MeanFieldSolution(
      crossings: [], isComplete: false, counting: "one bisection from the bounds",
      status: .converged, seconds: 0, evaluations: 0)
    var notes: [String] = []

    let (low, high) = try search.ends()
    // An end that rounding keeps from a zero counts as having the sign that it needs.
    let isEnclosed =
      (low.residual <= 0 || CrossingSearch.isZero(low))
      && (high.residual >= 0 || CrossingSearch.isZero(high))
    if isEnclosed {
      let found: CrossingSearch.Found =
        low.t == high.t ? .zero(low) : try search.narrow(low, high, isUp: true)
      solution.crossings = [try search.crossing(found, direction: try search.direction(found))]
    }
    solution.seconds = (ContinuousClock.now - start).inSeconds

    let scanStart = ContinuousClock.now
    if method != .bisection {
      progress?("looking for further crossings")
      let proved =
        method == .scan
        ? nil
        : try ProvedCrossings(search, maximumPieces: 100_000, isCancelled: isCancelled)
      if let proved {
        search.count(proved.evaluations)
        take(proved, &solution, &notes)
      }
      if method == .exhaustive, !solution.isComplete {
        throw GameError(
          "method",
          "exhaustive needs a closed form, payoffs affine in m under a law that does not depend on "
            + "it, or a game that is constant between breakpoints"
            + (proved?.gap.map { "; here \($0)" } ?? "") + ": use auto")
      }
      if !solution.isComplete, scanPoints > 0, low.t < high.t {
        let scan = try Scan(
          search, points: scanPoints, low, high, threads: threads, isCancelled: isCancelled)
        search.count(scan.evaluations)
        solution.crossings = Self.merged(solution.crossings, scan.crossings)
        solution.counting = "found on a scan of \(scanPoints) points"
        solution.scanPoints = scanPoints
        if let note = scan.note { notes.append(note) }
        if proved?.gap == nil, let note = scan.tieNote { notes.append(note) }
        if scan.isInterrupted { solution.status = .interrupted }
      }
      if isCancelled() { solution.status = .interrupted }
    }
    solution.scanSeconds = (ContinuousClock.now - scanStart).inSeconds
    solution.evaluations = search.evaluations
    if !isEnclosed, solution.crossings.isEmpty { notes.append(Self.noSignChange(low, high)) }
    conclude(&solution, notes)
    return solution
  }

  /// Takes a proved list, if the bisection's crossing is on it.
  private func take(
    _ proved: ProvedCrossings, _ solution: inout MeanFieldSolution, _ notes: inout [String]
  ) {
    let merged = Self.merged(solution.crossings, proved.crossings)
    if let gap = proved.gap {
      notes.append("not proved complete: \(gap)")
    } else if merged.count > proved.crossings.count {
      notes.append("not proved complete: the bisection found a crossing that the proof lacks")
    } else {
      solution.isComplete = true
      solution.counting = proved.proof
    }
    solution.crossings = merged
  }

  private func conclude(_ solution: inout MeanFieldSolution, _ notes: [String]) {
    var notes = notes
    for jump in solution.crossings where jump.kind == .kernelJump {
      guard let sides = jump.sides else { continue }
      notes.append(
        "no equilibrium of the stated kind at m = \(jump.m[0]): the game itself jumps there, and Φ "
          + "goes from \(sides.left.mapped[0]) to \(sides.right.mapped[0])")
    }
    for crossing in solution.crossings where crossing.switchingStates.count > 1 {
      notes.append(
        "at m = \(crossing.m[0]) \(crossing.switchingStates.count) states switch at once: other "
          + "mixtures than the two given, with other laws, make the same m")
    }
    if solution.status != .interrupted {
      let equilibria = solution.equilibria
      if equilibria.isEmpty {
        solution.status = .uncertified
      } else if !equilibria.allSatisfy({ $0.residuals?.isCertified == true }) {
        solution.status = .uncertified
        notes.append("a residual exceeds 1e-9")
      }
    }
    solution.note = notes.joined(separator: "; ")
  }

  private static func noSignChange(
    _ low: CrossingSearch.Point, _ high: CrossingSearch.Point
  ) -> String {
    "the bounds enclose no sign change to bisect: f(m) = m − Φ(m) is \(low.residual) at \(low.t) and "
      + "\(high.residual) at \(high.t), and must be at most 0 at the lower and at least 0 at the "
      + "upper end; widen interaction (of mfe-table: bounds)"
  }

  /// Both lists in ascending order. Of a crossing of each list within 1e-9 that may be the same one,
  /// one stays: the first list's, unless the other's residuals are far smaller.
  static func merged(
    _ first: [MeanFieldCrossing], _ second: [MeanFieldCrossing]
  ) -> [MeanFieldCrossing] {
    var all = first
    var isTaken = first.map { _ in false }
    for crossing in second {
      let same = first.indices.first { !isTaken[$0] && isSame(first[$0], crossing) }
      guard let same else {
        all.append(crossing)
        continue
      }
      isTaken[same] = true
      let (kept, other) = (worst(first[same]), worst(crossing))
      if first[same].kind != crossing.kind ? other <= kept : kept > 1e-13 && other < 0.1 * kept {
        all[same] = crossing
      }
    }
    return all.sorted { $0.m[0] < $1.m[0] }
  }

  /// Next to a switch rounding decides whether an equilibrium is called pure or mixed.
  private static func isSame(_ a: MeanFieldCrossing, _ b: MeanFieldCrossing) -> Bool {
    let either: Set<MeanFieldCrossing.Kind> = [.pure, .mixed]
    return abs(a.m[0] - b.m[0]) <= 1e-9 * max(1, abs(a.m[0]))
      && (a.kind == b.kind || either.isSuperset(of: [a.kind, b.kind]))
  }

  private static func worst(_ crossing: MeanFieldCrossing) -> Double {
    crossing.residuals.map { max($0.consistency, $0.invariance, $0.optimality / $0.payoffScale) }
      ?? .infinity
  }
}

extension CrossingSearch {
  /// Φ at the bounds. Where the chain has several closed classes exactly at an end, a point 1e-9 of the
  /// bounds inside stands for it.
  ///
  /// - Throws: `MeanFieldError.notALaw` about the tables at either end.
  fileprivate mutating func ends() throws -> (low: Point, high: Point) {
    let bounds = problem.game.interactionBounds[0]
    func end(_ t: Double, inside: Double, _ search: inout CrossingSearch) throws -> Point {
      search.freeze(t)
      if let broken = search.problem.game.violations(of: search.problem.tables, at: [t]).first {
        throw MeanFieldError.notALaw(broken)
      }
      do { return try search.point(t) } catch MeanFieldError.severalClosedClasses {
        return try search.point(inside)
      }
    }
    let step = 1e-9 * (bounds.upperBound - bounds.lowerBound)
    return (
      try end(bounds.lowerBound, inside: bounds.lowerBound + step, &self),
      try end(bounds.upperBound, inside: bounds.upperBound - step, &self)
    )
  }

  /// Up, unless the bisection hit a zero of another kind or shrank to an end of the range of M.
  fileprivate mutating func direction(_ found: Found) throws -> MeanFieldCrossing.Direction? {
    guard case .zero(let point) = found else { return .up }
    return try sides(of: point)
  }
}

extension Duration {
  /// In seconds.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
