public import Environments

/// The feature vector x(s) of every state, tabulated: sparse rows in flat memory.
///
/// A row lists the features that are not 0 with their values, and beside each value the part of a
/// step size that its weight takes (`FeatureBasis`). Copies are the same table; it never changes.
public struct StateFeatures {
  /// The number of states S.
  public let stateCount: Int
  /// The number of features d.
  public let featureCount: Int
  /// First entry of each state, and the number of entries at the end: S + 1.
  public let starts: UnsafePointer<Int>
  /// The feature of each entry, ascending within a state.
  public let indices: UnsafePointer<Int>
  /// x(s) of each entry.
  public let values: UnsafePointer<Double>
  /// The scale of the feature times x(s), for each entry: what a weight moves by per unit of step.
  public let steps: UnsafePointer<Double>
  private let memory = TableMemory()

  /// Tabulates the features of a game's states.
  ///
  /// - Throws: `GameError` if the basis would have too many features.
  public init(_ basis: FeatureBasis, game: StochasticGame) throws {
    let (rows, scales) = try basis.rows(game)
    self.init(rows: rows, scales: scales)
  }

  /// A table of given rows.
  ///
  /// - Parameters:
  ///   - rows: `[state]`, the features that are not 0, ascending, with their values.
  ///   - scales: one per feature.
  public init(rows: [[(feature: Int, value: Double)]], scales: [Double]) {
    stateCount = rows.count
    featureCount = scales.count
    let count = rows.reduce(0) { $0 + $1.count }
    let starts = memory.block(of: rows.count + 1, repeating: 0)
    let indices = memory.block(of: count, repeating: 0)
    let values = memory.block(of: count, repeating: 0.0)
    let steps = memory.block(of: count, repeating: 0.0)
    var entry = 0
    for (state, row) in rows.enumerated() {
      for (feature, value) in row {
        precondition(feature >= 0 && feature < scales.count, "no such feature")
        indices[entry] = feature
        values[entry] = value
        steps[entry] = scales[feature] * value
        entry += 1
      }
      starts[state + 1] = entry
    }
    self.starts = UnsafePointer(starts)
    self.indices = UnsafePointer(indices)
    self.values = UnsafePointer(values)
    self.steps = UnsafePointer(steps)
  }

  /// x(s), written out: d numbers.
  public func vector(at state: Int) -> [Double] {
    var vector = [Double](repeating: 0, count: featureCount)
    for entry in starts[state]..<starts[state + 1] { vector[indices[entry]] = values[entry] }
    return vector
  }
}
