#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Processor seconds of this thread: other programs' work does not count, though it still costs
/// cache and clock.
func threadSeconds() -> Double { seconds(CLOCK_THREAD_CPUTIME_ID) }

/// Seconds on the wall.
func wallSeconds() -> Double { seconds(CLOCK_MONOTONIC) }

private func seconds(_ clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// The times of several variants over the same rounds.
struct Interleaved {
  /// `[variant][round]`, seconds.
  private(set) var times: [[Double]]

  /// Runs every variant once per round, starting with another each time, after one round that does
  /// not count. Each returns the seconds it took.
  init(rounds: Int, _ variants: [() -> Double]) {
    times = variants.map { _ in [] }
    for variant in variants { _ = variant() }
    for round in 0..<rounds {
      for k in variants.indices {
        let chosen = (k + round) % variants.count
        times[chosen].append(variants[chosen]())
      }
    }
  }

  func median(_ variant: Int) -> Double { bench.median(times[variant]) }

  /// How fast variant `a` is relative to `b`, round by round: b's time over a's.
  func speed(of a: Int, relativeTo b: Int) -> Spread {
    Spread(zip(times[b], times[a]).map { $0 / $1 })
  }
}

/// Median, smallest and largest.
struct Spread {
  let median: Double
  let low: Double
  let high: Double

  init(_ values: [Double]) {
    median = bench.median(values)
    low = values.min() ?? .nan
    high = values.max() ?? .nan
  }

  /// `0.97 (0.93–1.01)`.
  var text: String { "\(decimal(median, 2)) (\(decimal(low, 2))–\(decimal(high, 2)))" }
}

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return .nan }
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
