/// Values in groups that were fixed by design: runs within tasks, seeds within parameter cells.
/// Storage is flat, stratum after stratum; strata may differ in size and none is empty.
public struct StratifiedSample: Sendable, Equatable {
  /// All values, stratum after stratum. A statistic may reorder a resample's values as it likes
  /// but not change their number.
  public var values: [Double]
  /// Where each stratum starts in `values`, and last their count. Shape [strata + 1].
  public let offsets: [Int]

  /// A sample from its strata.
  /// - Throws: `NumericalError` if there is no stratum, one is empty or a value is not finite.
  public init(_ strata: [[Double]]) throws(NumericalError) {
    guard !strata.isEmpty else { throw .invalid("StratifiedSample", "no strata") }
    var offsets = [0]
    for (index, stratum) in strata.enumerated() {
      guard !stratum.isEmpty else {
        throw .invalid("StratifiedSample", "stratum \(index) is empty")
      }
      try checkFinite(stratum, "StratifiedSample", "strata[\(index)]")
      offsets.append(offsets[index] + stratum.count)
    }
    self.offsets = offsets
    values = strata.flatMap { $0 }
  }

  /// A sample that is all one stratum.
  /// - Throws: `NumericalError` if it is empty or a value is not finite.
  public init(single values: [Double]) throws(NumericalError) { try self.init([values]) }

  /// Parts already checked.
  init(values: [Double], offsets: [Int]) {
    self.values = values
    self.offsets = offsets
  }

  /// How many strata there are.
  public var strataCount: Int { offsets.count - 1 }

  /// Where the values of stratum `index` lie in `values`.
  public func range(of index: Int) -> Range<Int> { offsets[index]..<offsets[index + 1] }

  /// The values of stratum `index`.
  public subscript(index: Int) -> ArraySlice<Double> { values[range(of: index)] }

  /// The sample without value `position` of the flat storage, which lies in `stratum`.
  func removing(_ position: Int, from stratum: Int) -> StratifiedSample {
    var rest = values
    rest.remove(at: position)
    let moved = offsets.enumerated().map { $0.offset > stratum ? $0.element - 1 : $0.element }
    return StratifiedSample(values: rest, offsets: moved)
  }

  /// Overwrites the values by draws with replacement from the same stratum of `source`, one
  /// `index(below:)` each, in storage order.
  mutating func resample(_ source: StratifiedSample, using stream: inout RandomStream) {
    for stratum in 0..<strataCount {
      let start = offsets[stratum]
      let size = offsets[stratum + 1] - start
      for position in start..<(start + size) {
        values[position] = source.values[start + stream.index(below: size)]
      }
    }
  }
}
