/// A market played with uniform numbers in hand instead of a stream: what antithetic draws need, and
/// ensembles of many markets, which fill whole blocks of them at once.
///
/// A period is `draw` or `take`, `meet`, `move` and, with turnover, `renew`, each over all agents in
/// any pieces, then `endPeriod`. Every draw is by inversion over ascending outcomes. Numbers taken in
/// the order of `move(using:)` give the same market. Nothing is allocated.
extension MeanFieldMarket {
  /// Whether agents leave and new ones enter.
  public var hasTurnover: Bool { survival < 1 }

  /// Puts agents at draws from the law of first states.
  ///
  /// - Parameter uniforms: one number in [0, 1) for each of `agents`.
  public mutating func place(_ agents: Range<Int>, uniforms: UnsafePointer<Double>) {
    stepsTaken = 0
    var at = 0
    for agent in agents {
      states[agent] = firstState(uniforms[at])
      at &+= 1
    }
  }

  /// Everybody takes the row that a pure policy names for the state.
  public mutating func take(_ rowOfState: [Int32]) {
    let (count, states) = (agentCount, states)
    rows.withUnsafeMutableBufferPointer { rows in
      for agent in 0..<count { rows[agent] = rowOfState[Int(states[agent])] }
    }
  }

  /// Agents choose by a policy.
  ///
  /// - Parameters:
  ///   - weights: σ(a | x) of each row of the layout.
  ///   - uniforms: one number in [0, 1) for each of `agents`.
  public mutating func draw(
    _ weights: [Double], _ agents: Range<Int>, uniforms: UnsafePointer<Double>
  ) {
    let (states, offsets) = (states, layout.rowOffsets)
    rows.withUnsafeMutableBufferPointer { rows in
      weights.withUnsafeBufferPointer { weights in
        var at = 0
        for agent in agents {
          let state = Int(states[agent])
          rows[agent] = Self.choice(
            uniforms[at], weights, offsets[state], offsets[state + 1] - 1)
          at &+= 1
        }
      }
    }
  }

  /// Moves agents on, after `meet`.
  ///
  /// - Parameter uniforms: one number in [0, 1) for each of `agents`.
  public mutating func move(_ agents: Range<Int>, uniforms: UnsafePointer<Double>) {
    let (first, rows, sums) = (place.cumulative, rows, tables.cumulative)
    let (offsets, next) = (layout.transitionOffsets, layout.nextStates)
    states.withUnsafeMutableBufferPointer { states in
      sums.withUnsafeBufferPointer { sums in
        var place = 0
        for agent in agents {
          let u = uniforms[place]
          var at = offsets[Int(rows[agent])]
          while u >= sums[first &+ at] { at &+= 1 }
          states[agent] = next[at]
          place &+= 1
        }
      }
    }
  }

  /// Agents leave and new ones take their seats, after `move`; the first `lasting` never leave.
  ///
  /// - Parameter uniforms: one number in [0, 1) for each of `agents`.
  public mutating func renew(_ agents: Range<Int>, uniforms: UnsafePointer<Double>) {
    var at = 0
    for agent in agents {
      if uniforms[at] >= survival && agent >= lasting { states[agent] = entry }
      at &+= 1
    }
  }

  /// Counts the period once everybody has moved.
  public mutating func endPeriod() { stepsTaken += 1 }

  // MARK: - What the market is like

  /// What the average agent earns in the period, after `meet`.
  public var meanPayoff: Double {
    let first = place.payoffs
    let total = tables.payoffs.withUnsafeBufferPointer { payoffs in
      rows.withUnsafeBufferPointer { rows in
        var total = 0.0
        for row in rows { total += payoffs[first &+ Int(row)] }
        return total
      }
    }
    return total / Double(agentCount)
  }

  /// The average over agents of a number per state.
  public func mean(_ values: [Double]) -> Double {
    let total = values.withUnsafeBufferPointer { values in
      states.withUnsafeBufferPointer { states in
        var total = 0.0
        for state in states { total += values[Int(state)] }
        return total
      }
    }
    return total / Double(agentCount)
  }

  /// Adds the agents at each state to counts.
  public func tally(into counts: UnsafeMutablePointer<Int>) {
    for state in states { counts[Int(state)] &+= 1 }
  }
}
