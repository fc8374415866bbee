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
/// Each player and nature have streams of their own, found by name (`PathStreams`), so a path's draws
/// do not depend on who plays it, nor on what the profile does: profiles played with the same streams
/// meet the same chance at the same date. A player who never mixes draws nothing.
final class PathDraws {
  private let mixing: [Int]
  private let isCertain: Bool
  private let streams: PathStreams

  /// Paths that one set of streams feeds, for paths of this length.
  static func perStream(periods: Int) -> Int { PathStreams.vectors(of: periods) }

  /// - Parameter family: 0 for the common streams; another number for streams of their own.
  init(
    _ tables: PathTables, seed: UInt64, generator: GeneratorKind, periods: Int, family: Int
  ) {
    mixing = tables.mixing
    isCertain = tables.isCertain
    let players = tables.playerCount
    streams = PathStreams(
      mixing.map { .init(.pathPlayer, of: players, place: $0) }
        + [.init(.pathNature), .init(.pathStart)],
      seed: seed, generator: generator, family: family,
      vectors: Self.perStream(periods: periods))
  }

  /// Opens the streams anew next time.
  func forget() { streams.forget() }

  /// Begins the draws of vector `index`: those of the path of that number, or of the pair.
  ///
  /// Vectors are begun in order, from one that a set of streams begins with; each takes all its
  /// periods before the next begins.
  /// - Returns: the uniform of the first state.
  func begin(_ index: Int) -> Double {
    streams.begin(index)
    return streams[mixing.count + 1].pointee.uniform()
  }

  /// Draws the next `count` periods: `[slot][period]` with `stride` places a slot.
  func draw(_ count: Int, into uniforms: UnsafeMutablePointer<Double>, stride: Int) {
    RandomStream.fill(
      uniforms, stride: stride, count: count, from: streams[0],
      streamCount: mixing.count + (isCertain ? 0 : 1))
  }
}

/// 1 − u, kept below 1.
@inline(__always)
func mirrored(_ u: Double) -> Double { min(1 - u, 0x1.fffffffffffffp-1) }
