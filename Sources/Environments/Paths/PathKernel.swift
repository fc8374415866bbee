extension PathTables {
  /// Plays paths side by side and records their cells; allocates nothing.
  ///
  /// Four paths at once hide the time that each waits for its own last move; where nobody mixes over
  /// more than two actions, a choice is one comparison.
  ///
  /// - Parameters:
  ///   - count: paths.
  ///   - periods: how far; period 0 is number `first` of the schedule.
  ///   - uniforms: `[path][slot][period]`, slots in the order of `mixing`, nature's last.
  ///   - states: `[path]`, where each begins; left where each ends up after its last move.
  ///   - cells: `[path][period]`, filled in.
  public func play(
    _ count: Int, periods: Int, from first: Int = 0, uniforms: UnsafePointer<Double>,
    states: UnsafeMutablePointer<Int32>, cells: UnsafeMutablePointer<Int32>
  ) {
    let width = drawsPerPeriod * periods
    var path = 0
    if layers == nil, !isCertain, mixing.count <= 2 {
      while path + 4 <= count {
        let (u, s, c) = (uniforms + path * width, states + path, cells + path * periods)
        switch (mixing.count, thresholds) {
        case (0, _): playFour(0, nil, periods, u, width, s, c)
        case (1, nil): playFour(1, nil, periods, u, width, s, c)
        case (1, let thresholds): playFour(1, thresholds, periods, u, width, s, c)
        case (_, nil): playFour(2, nil, periods, u, width, s, c)
        case (_, let thresholds): playFour(2, thresholds, periods, u, width, s, c)
        }
        path += 4
      }
    } else {
      while path + 2 <= count {
        playPair(
          periods, first, uniforms + path * width, width, states + path, cells + path * periods)
        path += 2
      }
    }
    while path < count {
      playOne(periods, first, uniforms + path * width, states + path, cells + path * periods)
      path += 1
    }
  }

  /// Four paths of a stationary profile; inlined once for every number of players who mix, with
  /// thresholds or without.
  @inline(__always)
  private func playFour(
    _ slots: Int, _ thresholds: UnsafeMutablePointer<Double>?, _ periods: Int,
    _ uniforms: UnsafePointer<Double>, _ width: Int, _ states: UnsafeMutablePointer<Int32>,
    _ cells: UnsafeMutablePointer<Int32>
  ) {
    let (firstCells, strides, moveIndices) = (firstCells, strides, moveIndices)
    let (moves, layered) = (moves.lookup, layeredStates)
    let one = slots > 0 ? choices[0].lookup : moves
    let two = slots > 1 ? choices[1].lookup : moves
    @inline(__always)
    func added(_ slot: Int, _ choice: InversionTable.Lookup, _ state: Int, _ u: Double) -> Int32 {
      let place = slot &* layered &+ state
      let stride = strides[place]
      if let thresholds { return u >= thresholds[place] ? stride : 0 }
      return Int32(truncatingIfNeeded: choice.draw(state, u)) &* stride
    }
    @inline(__always)
    func step(_ state: Int, _ u: UnsafePointer<Double>) -> (cell: Int32, next: Int) {
      var cell = firstCells[state]
      if slots > 0 { cell &+= added(0, one, state, u[0]) }
      if slots > 1 { cell &+= added(1, two, state, u[periods]) }
      return (cell, moves.draw(Int(moveIndices[Int(cell)]), u[slots &* periods]))
    }
    var (a, b, c, d) = (Int(states[0]), Int(states[1]), Int(states[2]), Int(states[3]))
    let (cb, cc, cd) = (cells + periods, cells + 2 * periods, cells + 3 * periods)
    var u = uniforms
    var t = 0
    while t < periods {
      (cells[t], a) = step(a, u)
      (cb[t], b) = step(b, u + width)
      (cc[t], c) = step(c, u + 2 &* width)
      (cd[t], d) = step(d, u + 3 &* width)
      u += 1
      t &+= 1
    }
    states[0] = Int32(truncatingIfNeeded: a)
    states[1] = Int32(truncatingIfNeeded: b)
    states[2] = Int32(truncatingIfNeeded: c)
    states[3] = Int32(truncatingIfNeeded: d)
  }

  /// One period of any profile.
  @inline(__always)
  private func step(
    _ state: Int, _ base: Int, _ t: Int, _ periods: Int, _ uniforms: UnsafePointer<Double>,
    _ slots: Int, _ moves: InversionTable.Lookup
  ) -> (cell: Int, next: Int) {
    let place = base &+ state
    var cell = Int(firstCells[place])
    var slot = 0
    while slot < slots {
      let choice = choices[slot].lookup.draw(place, uniforms[slot &* periods &+ t])
      cell &+= choice &* Int(strides[slot &* layeredStates &+ place])
      slot &+= 1
    }
    let u = isCertain ? 0 : uniforms[slots &* periods &+ t]
    return (cell, moves.draw(Int(moveIndices[cell]), u))
  }

  private func playPair(
    _ periods: Int, _ first: Int, _ uniforms: UnsafePointer<Double>, _ width: Int,
    _ states: UnsafeMutablePointer<Int32>, _ cells: UnsafeMutablePointer<Int32>
  ) {
    let slots = mixing.count
    let moves = moves.lookup
    var (a, b) = (Int(states[0]), Int(states[1]))
    var t = 0
    while t < periods {
      let base = base(first &+ t)
      let (one, next) = step(a, base, t, periods, uniforms, slots, moves)
      let (two, following) = step(b, base, t, periods, uniforms + width, slots, moves)
      cells[t] = Int32(truncatingIfNeeded: one)
      cells[periods &+ t] = Int32(truncatingIfNeeded: two)
      (a, b) = (next, following)
      t &+= 1
    }
    states[0] = Int32(truncatingIfNeeded: a)
    states[1] = Int32(truncatingIfNeeded: b)
  }

  private func playOne(
    _ periods: Int, _ first: Int, _ uniforms: UnsafePointer<Double>,
    _ states: UnsafeMutablePointer<Int32>, _ cells: UnsafeMutablePointer<Int32>
  ) {
    let slots = mixing.count
    let moves = moves.lookup
    var state = Int(states[0])
    var t = 0
    while t < periods {
      let (cell, next) = step(state, base(first &+ t), t, periods, uniforms, slots, moves)
      cells[t] = Int32(truncatingIfNeeded: cell)
      state = next
      t &+= 1
    }
    states[0] = Int32(truncatingIfNeeded: state)
  }
}
