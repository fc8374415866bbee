internal import Agents
internal import Environments
internal import Statistics

extension StreamRole {
  /// Nature's moves along simulated paths.
  static let pathNature = StreamRole(rawValue: "paths/nature")
  /// One player's mixing along simulated paths.
  static let pathPlayer = StreamRole(rawValue: "paths/player")
  /// First states of simulated paths.
  static let pathStart = StreamRole(rawValue: "paths/start")
  /// Random shifts of quasi-Monte Carlo points.
  static let pathShift = StreamRole(rawValue: "paths/shift")
}

/// The uniforms of paths, for one profile.
///
/// A stream of every purpose feeds a fixed number of consecutive paths and is found by the number of
/// that batch, so a path's draws do not depend on who plays it, nor on what the profile does: profiles
/// played with the same streams meet the same chance at the same date. Each player and nature have
/// streams of their own; a player who never mixes draws nothing.
final class PathDraws {
  private let memory = TableMemory()
  private let seed: UInt64
  private let generator: GeneratorKind
  private let offset: Int
  private let periods: Int
  private let mixing: [Int]
  private let isCertain: Bool
  private let players: Int
  /// Paths that one set of streams feeds.
  let perStream: Int
  private let streams: UnsafeMutablePointer<RandomStream>
  private var opened = false
  private var batch = -1
  private var inBatch = 0

  private static let streamBatches = 1 << 40

  /// Uniforms that a set of streams should at least feed, so that opening it costs little.
  private static let drawsPerStream = 4096

  /// Paths that one set of streams feeds, for paths of this length.
  static func perStream(periods: Int) -> Int { max(1, drawsPerStream / periods) }

  /// - Parameter family: 0 for the common streams; another number for streams of their own.
  init(
    _ tables: PathTables, seed: UInt64, generator: GeneratorKind, periods: Int, family: Int
  ) {
    self.seed = seed
    self.generator = generator
    self.periods = periods
    offset = family * Self.streamBatches
    mixing = tables.mixing
    isCertain = tables.isCertain
    players = tables.playerCount
    perStream = Self.perStream(periods: periods)
    streams = .allocate(capacity: mixing.count + 2)
  }

  deinit {
    if opened { streams.deinitialize(count: mixing.count + 2) }
    streams.deallocate()
  }

  private func open(_ batch: Int) {
    if opened { streams.deinitialize(count: mixing.count + 2) }
    for (slot, player) in mixing.enumerated() {
      (streams + slot).initialize(
        to: RandomStream(
          seed: seed, role: .pathPlayer, index: (offset + batch) * players + player,
          generator: generator))
    }
    (streams + mixing.count).initialize(
      to: RandomStream(
        seed: seed, role: .pathNature, index: offset + batch, generator: generator))
    (streams + mixing.count + 1).initialize(
      to: RandomStream(seed: seed, role: .pathStart, index: offset + batch, generator: generator))
    opened = true
    self.batch = batch
    inBatch = 0
  }

  /// Opens the streams anew next time.
  func forget() { batch = -1 }

  /// Begins the draws of vector `index`: those of the path of that number, or of the pair.
  ///
  /// Vectors are begun in order, from one that a set of streams begins with; each takes all its
  /// periods before the next begins.
  /// - Returns: the uniform of the first state.
  func begin(_ index: Int) -> Double {
    let wanted = index / perStream
    if wanted != batch || index % perStream != inBatch {
      precondition(index % perStream == 0, "draws begin where a set of streams does")
      open(wanted)
    }
    inBatch += 1
    return streams[mixing.count + 1].uniform()
  }

  /// Draws the next `count` periods: `[slot][period]` with `stride` places a slot.
  func draw(_ count: Int, into uniforms: UnsafeMutablePointer<Double>, stride: Int) {
    RandomStream.fill(
      uniforms, stride: stride, count: count, from: streams,
      streamCount: mixing.count + (isCertain ? 0 : 1))
  }
}

/// 1 − u, kept below 1.
@inline(__always)
func mirrored(_ u: Double) -> Double { min(1 - u, 0x1.fffffffffffffp-1) }
