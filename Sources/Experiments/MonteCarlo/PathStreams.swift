internal import Statistics

/// Random streams that feed a fixed number of consecutive vectors of draws, such as those of paths.
///
/// A set of streams is found by the number of its batch of vectors, so a vector's draws are the same
/// whoever takes them and wherever work is cut.
final class PathStreams {
  /// What one stream of the set is for.
  struct Channel {
    let role: StreamRole
    /// Channels of the role, and which of them this is.
    let count: Int
    let place: Int

    init(_ role: StreamRole, of count: Int = 1, place: Int = 0) {
      self.role = role
      self.count = count
      self.place = place
    }
  }

  private let channels: [Channel]
  private let seed: UInt64
  private let generator: GeneratorKind
  private let offset: Int
  /// Vectors that one set of streams feeds.
  private let vectors: Int
  private let streams: UnsafeMutablePointer<RandomStream>
  private var isOpen = false
  private var batch = -1
  private var inBatch = 0

  /// Batches of one family.
  private static let familySize = 1 << 40
  /// Uniforms that a set of streams should at least feed, so that opening it costs little.
  private static let drawsPerStream = 4096

  /// Vectors of so many draws that one set of streams feeds.
  static func vectors(of draws: Int) -> Int { max(1, drawsPerStream / draws) }

  /// - Parameter family: 0 for the common streams; another number for streams of their own.
  init(
    _ channels: [Channel], seed: UInt64, generator: GeneratorKind, family: Int, vectors: Int
  ) {
    self.channels = channels
    self.seed = seed
    self.generator = generator
    self.vectors = vectors
    offset = family * Self.familySize
    streams = .allocate(capacity: channels.count)
  }

  deinit {
    if isOpen { streams.deinitialize(count: channels.count) }
    streams.deallocate()
  }

  private func open(_ batch: Int) {
    if isOpen { streams.deinitialize(count: channels.count) }
    for (index, channel) in channels.enumerated() {
      (streams + index).initialize(
        to: RandomStream(
          seed: seed, role: channel.role, index: (offset + batch) * channel.count + channel.place,
          generator: generator))
    }
    isOpen = true
    self.batch = batch
    inBatch = 0
  }

  /// Opens the streams anew next time.
  func forget() { batch = -1 }

  /// Begins vector `index`: the one after the last, or one that a set of streams begins with.
  func begin(_ index: Int) {
    let wanted = index / vectors
    if wanted != batch || index % vectors != inBatch {
      precondition(index % vectors == 0, "draws begin where a set of streams does")
      open(wanted)
    }
    inBatch += 1
  }

  /// The stream of a channel.
  subscript(_ channel: Int) -> UnsafeMutablePointer<RandomStream> { streams + channel }
}
