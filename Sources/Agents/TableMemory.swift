/// The memory of a table: filled blocks, freed together when the last copy of the table
/// goes.
///
/// Tables are structs that hold plain pointers into blocks and one reference to their owner. The hot
/// loop then reads a pointer out of the learner and indexes it; a class around each block would add
/// a load to every access.
public final class TableMemory {
  private var blocks: [UnsafeMutableRawPointer] = []

  /// Owns nothing yet.
  public init() {}

  deinit { blocks.forEach { $0.deallocate() } }

  /// A block of `count` elements.
  public func block<T: BitwiseCopyable>(
    of count: Int, repeating value: T
  ) -> UnsafeMutablePointer<T> {
    let block = UnsafeMutablePointer<T>.allocate(capacity: max(count, 1))
    block.initialize(repeating: value, count: count)
    blocks.append(block)
    return block
  }
}
