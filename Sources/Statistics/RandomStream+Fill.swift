extension RandomStream {
  /// Fills memory with the next `count` uniforms, the same that as many calls of `uniform()` give.
  ///
  /// `taus2` is run in registers (L'Ecuyer 1996, "Maximally equidistributed combined Tausworthe
  /// generators", as in GSL's `rng/taus.c`): half the time of a call for each.
  public mutating func fill(_ memory: UnsafeMutablePointer<Double>, count: Int) {
    guard generator == .taus2 else {
      let (get, state) = (getDouble, statePointer)
      for index in 0..<count { memory[index] = get(state) }
      return
    }
    let words = statePointer.assumingMemoryBound(to: UInt.self)
    var (a, b, c) = (
      UInt32(truncatingIfNeeded: words[0]), UInt32(truncatingIfNeeded: words[1]),
      UInt32(truncatingIfNeeded: words[2])
    )
    for index in 0..<count {
      a = ((a & 0xFFFF_FFFE) &<< 12) ^ (((a &<< 13) ^ a) &>> 19)
      b = ((b & 0xFFFF_FFF8) &<< 4) ^ (((b &<< 2) ^ b) &>> 25)
      c = ((c & 0xFFFF_FFF0) &<< 17) ^ (((c &<< 3) ^ c) &>> 11)
      memory[index] = Double(a ^ b ^ c) * 0x1p-32
    }
    words[0] = UInt(a)
    words[1] = UInt(b)
    words[2] = UInt(c)
  }

  /// Fills a row from each of several streams of one generator: row i, at `memory + i × stride`, with the
  /// next `count` uniforms of `streams[i]`, the same that `fill` gives.
  ///
  /// Up to four streams of `taus2` run side by side in the lanes of one vector, in a third of the time.
  public static func fill(
    _ memory: UnsafeMutablePointer<Double>, stride: Int, count: Int,
    from streams: UnsafeMutablePointer<RandomStream>, streamCount: Int
  ) {
    var first = 0
    while first < streamCount {
      let lanes = min(4, streamCount - first)
      let (own, rows) = (streams + first, memory + first * stride)
      if lanes > 1, (0..<lanes).allSatisfy({ own[$0].generator == .taus2 }) {
        switch lanes {
        case 2: fillLanes(2, rows, stride, count, own)
        case 3: fillLanes(3, rows, stride, count, own)
        default: fillLanes(4, rows, stride, count, own)
        }
      } else {
        for lane in 0..<lanes { own[lane].fill(rows + lane * stride, count: count) }
      }
      first += lanes
    }
  }

  /// Inlined once for every number of lanes.
  @inline(__always)
  private static func fillLanes(
    _ lanes: Int, _ rows: UnsafeMutablePointer<Double>, _ stride: Int, _ count: Int,
    _ streams: UnsafeMutablePointer<RandomStream>
  ) {
    var (a, b, c) = (SIMD4<UInt32>(), SIMD4<UInt32>(), SIMD4<UInt32>())
    for lane in 0..<lanes {
      let words = streams[lane].statePointer.assumingMemoryBound(to: UInt.self)
      a[lane] = UInt32(truncatingIfNeeded: words[0])
      b[lane] = UInt32(truncatingIfNeeded: words[1])
      c[lane] = UInt32(truncatingIfNeeded: words[2])
    }
    let (second, third, fourth) = (rows + stride, rows + 2 * stride, rows + 3 * stride)
    var index = 0
    while index < count {
      a = ((a & 0xFFFF_FFFE) &<< 12) ^ (((a &<< 13) ^ a) &>> 19)
      b = ((b & 0xFFFF_FFF8) &<< 4) ^ (((b &<< 2) ^ b) &>> 25)
      c = ((c & 0xFFFF_FFF0) &<< 17) ^ (((c &<< 3) ^ c) &>> 11)
      let x = a ^ b ^ c
      rows[index] = Double(x[0]) * 0x1p-32
      second[index] = Double(x[1]) * 0x1p-32
      if lanes > 2 { third[index] = Double(x[2]) * 0x1p-32 }
      if lanes > 3 { fourth[index] = Double(x[3]) * 0x1p-32 }
      index &+= 1
    }
    for lane in 0..<lanes {
      let words = streams[lane].statePointer.assumingMemoryBound(to: UInt.self)
      words[0] = UInt(a[lane])
      words[1] = UInt(b[lane])
      words[2] = UInt(c[lane])
    }
  }
}
