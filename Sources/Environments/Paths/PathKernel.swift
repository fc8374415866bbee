extension PathTables {
  /// Plays paths side by side and records their cells; allocates nothing.
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
    if layers == nil, mixing.isEmpty, !isCertain {
      // Four chains at once hide the latency of one.
      while path + 4 <= count {
        playPure(
          periods, uniforms + path * width, width, states + path, cells + path * periods)
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

  /// The cell of a state under a pure stationary profile, and the next state.
  @inline(__always)
  private func pureStep(_ state: Int, _ u: Double) -> (cell: Int32, next: Int) {
    let cell = firstCells[state]
    return (cell, moves.draw(Int(moveIndices[Int(cell)]), u))
  }

  private func playPure(
    _ periods: Int, _ uniforms: UnsafePointer<Double>, _ width: Int,
    _ states: UnsafeMutablePointer<Int32>, _ cells: UnsafeMutablePointer<Int32>
  ) {
    var (a, b, c, d) = (Int(states[0]), Int(states[1]), Int(states[2]), Int(states[3]))
    let (ub, uc, ud) = (uniforms + width, uniforms + 2 * width, uniforms + 3 * width)
    let (cb, cc, cd) = (cells + periods, cells + 2 * periods, cells + 3 * periods)
    var t = 0
    while t < periods {
      (cells[t], a) = pureStep(a, uniforms[t])
      (cb[t], b) = pureStep(b, ub[t])
      (cc[t], c) = pureStep(c, uc[t])
      (cd[t], d) = pureStep(d, ud[t])
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
    _ slots: Int
  ) -> (cell: Int, next: Int) {
    let place = base &+ state
    var cell = Int(firstCells[place])
    var slot = 0
    while slot < slots {
      let choice = choices[slot].draw(place, uniforms[slot &* periods &+ t])
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
    var (a, b) = (Int(states[0]), Int(states[1]))
    var t = 0
    while t < periods {
      let base = base(first &+ t)
      let (one, next) = step(a, base, t, periods, uniforms, slots)
      let (two, following) = step(b, base, t, periods, uniforms + width, slots)
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
    var state = Int(states[0])
    var t = 0
    while t < periods {
      let (cell, next) = step(state, base(first &+ t), t, periods, uniforms, slots)
      cells[t] = Int32(truncatingIfNeeded: cell)
      state = next
      t &+= 1
    }
    states[0] = Int32(truncatingIfNeeded: state)
  }
}
