internal import Agents
internal import Environments
internal import Statistics

/// Numbers linear in features: column a of the table at state s is Σᵢ xᵢ(s) w(i, a).
///
/// One column per action for action values or logits, a single one for state values. Weights are
/// flat, the columns of a feature side by side. Reading a row and moving a weight vector cost one
/// pass over the features that are not 0 at the state, times the columns read; nothing allocates.
///
/// No weight is ever stored that is not finite: once one would be, the table has diverged, says so,
/// and stays as it is. Copies are the same table.
struct LinearTable {
  let features: StateFeatures
  /// w(i, a), flat.
  let weights: UnsafeMutablePointer<Double>
  /// The row last read.
  let row: UnsafeMutablePointer<Double>
  /// Columns of each state.
  private let counts: UnsafeMutablePointer<Int>
  /// The largest column of each state as last looked at, ties to the lowest.
  private let modes: UnsafeMutablePointer<Int>
  private let changes: UnsafeMutablePointer<Int>
  private let diverged: UnsafeMutablePointer<Bool>
  private let columns: Int
  private let memory = TableMemory()

  /// A table with all weights 0.
  ///
  /// - Parameter counts: the columns in use at each state, at least 1.
  init(_ features: StateFeatures, counts given: [Int]) {
    precondition(given.count == features.stateCount, "one count per state")
    self.features = features
    columns = given.max()!
    weights = memory.block(of: features.featureCount * columns, repeating: 0.0)
    row = memory.block(of: columns, repeating: 0.0)
    counts = memory.block(of: given.count, repeating: 0)
    counts.update(from: given, count: given.count)
    modes = memory.block(of: given.count, repeating: 0)
    changes = memory.block(of: 1, repeating: 0)
    diverged = memory.block(of: 1, repeating: false)
  }

  /// The number of weights.
  var weightCount: Int { features.featureCount * columns }
  /// The number of states.
  var stateCount: Int { features.stateCount }
  /// The columns of a state, unchecked.
  @inline(__always)
  func count(at state: Int) -> Int { counts[state] }
  /// Whether a weight would have ceased to be finite.
  var hasDiverged: Bool { diverged.pointee }
  /// max |w|; infinite once the table has diverged.
  var largestWeight: Double {
    hasDiverged ? .infinity : (0..<weightCount).reduce(0) { max($0, abs(weights[$1])) }
  }
  /// The time given to the look at which any state's largest column was last found changed.
  var lastModeChange: Int { changes.pointee }

  /// One number of a row.
  @inline(__always)
  func value(_ state: Int, _ column: Int) -> Double {
    var sum = 0.0
    var entry = features.starts[state]
    let end = features.starts[state &+ 1]
    while entry < end {
      sum += features.values[entry] * weights[features.indices[entry] &* columns &+ column]
      entry &+= 1
    }
    return sum
  }

  /// Reads the row of a state into `row`; the largest column, ties to the lowest.
  @inline(__always)
  @discardableResult
  func read(_ state: Int) -> Int {
    let count = counts[state]
    let row = self.row
    var k = 0
    while k < count {
      row[k] = 0
      k &+= 1
    }
    var entry = features.starts[state]
    let end = features.starts[state &+ 1]
    while entry < end {
      let x = features.values[entry]
      let block = weights + features.indices[entry] &* columns
      k = 0
      while k < count {
        row[k] += x * block[k]
        k &+= 1
      }
      entry &+= 1
    }
    var mode = 0
    k = 1
    while k < count {
      if row[k] > row[mode] { mode = k }
      k &+= 1
    }
    return mode
  }

  /// w(·, a) ← w(·, a) + amount · scale · x(s): the gradient of the number at (s, a), scaled.
  @inline(__always)
  func add(_ amount: Double, at state: Int, _ column: Int) {
    guard !diverged.pointee else { return }
    var entry = features.starts[state]
    let end = features.starts[state &+ 1]
    while entry < end {
      let place = features.indices[entry] &* columns &+ column
      let moved = weights[place] + amount * features.steps[entry]
      guard moved.isFinite else {
        diverged.pointee = true
        return
      }
      weights[place] = moved
      entry &+= 1
    }
  }

  /// Looks at the largest column of the state just updated, and at that of one other state in turn:
  /// a change anywhere that lasts is noticed within S updates, at a cost that does not grow with S.
  @inline(__always)
  func look(at state: Int, time: Int, next cursor: inout Int) {
    look(at: state, time: time)
    look(at: cursor, time: time)
    cursor = cursor &+ 1 == features.stateCount ? 0 : cursor &+ 1
  }

  @inline(__always)
  private func look(at state: Int, time: Int) {
    let mode = read(state)
    if mode != modes[state] {
      modes[state] = mode
      changes.pointee = time
    }
  }

  /// Takes up the largest columns as they are, as if nothing had ever changed.
  private func settle() {
    for state in 0..<stateCount { modes[state] = read(state) }
    changes.pointee = 0
  }

  /// The pure policy of the largest columns.
  func greedyPolicy(offsets: [Int]) -> Policy {
    var policy = Policy(
      offsets: offsets, probabilities: [Double](repeating: 0, count: offsets[stateCount]))
    for state in 0..<stateCount { policy[state, read(state)] = 1 }
    return policy
  }

  /// All numbers of all rows, flat.
  var table: [Double] {
    (0..<stateCount).flatMap { state in
      read(state)
      return Array(UnsafeBufferPointer(start: row, count: counts[state]))
    }
  }
}

extension LinearTable {
  /// Sets first weights, the same in every column.
  ///
  /// - Parameter list: one number for all features or one for each.
  /// - Throws: `GameError` if there is another number of them.
  func begin(at list: [Double]) throws {
    guard list.count == 1 || list.count == features.featureCount else {
      throw GameError(
        "learner.initial_weights",
        "\(list.count) numbers for \(features.featureCount) features: give one for all, such as "
          + "[0], or one for each")
    }
    for feature in 0..<features.featureCount {
      let weight = list.count == 1 ? list[0] : list[feature]
      for column in 0..<columns { weights[feature * columns + column] = weight }
    }
    settle()
  }

  /// The largest system that `fit` solves.
  static let largestFit = 2000

  /// Weights whose numbers are nearest to given ones in least squares over states, column by column.
  ///
  /// w = (XᵀX + ρI)⁻¹ Xᵀ y, or Xᵀ (XXᵀ + ρI)⁻¹ y where there are fewer states than features, with
  /// ρ = 1e-10 of the mean squared length of x: of many weights that fit equally well, the shortest.
  ///
  /// - Parameter targets: laid out as `table`.
  /// - Throws: `GameError` if there are more than `largestFit` states and features.
  func fit(_ targets: [Double]) throws {
    let vectors = (0..<stateCount).map(features.vector)
    var offsets = [0]
    for state in 0..<stateCount { offsets.append(offsets[state] + counts[state]) }
    for column in 0..<columns {
      let states = (0..<stateCount).filter { counts[$0] > column }
      let x = states.map { vectors[$0] }
      let y = states.map { targets[offsets[$0] + column] }
      let weights = try Self.leastSquares(x, y)
      for (feature, weight) in weights.enumerated() {
        self.weights[feature * columns + column] = weight
      }
    }
    settle()
  }

  private static func leastSquares(_ x: [[Double]], _ y: [Double]) throws -> [Double] {
    let (states, features) = (x.count, x[0].count)
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    guard min(states, features) <= largestFit else {
      throw GameError(
        "agent",
        "fitting \(features) features at \(states) states to a policy is too large (at most "
          + "\(largestFit) of either); begin from nothing or take fewer features")
    }
    let ridge = max(1e-10 * x.reduce(0) { $0 + dot($1, $1) } / Double(states), 1e-300)
    let vectors = states < features ? x : (0..<features).map { i in x.map { $0[i] } }
    var matrix = DenseMatrix(rows: vectors.count, columns: vectors.count)
    for i in vectors.indices {
      for j in vectors.indices { matrix[i, j] = dot(vectors[i], vectors[j]) }
      matrix[i, i] += ridge
    }
    guard states < features else {
      return try solve(matrix, vectors.map { dot($0, y) })
    }
    let multipliers = try solve(matrix, y)
    return (0..<features).map { i in dot(x.map { $0[i] }, multipliers) }
  }

  /// The weights, and the largest columns as last looked at.
  struct Snapshot: Codable, Sendable {
    var weights: [Double]
    var modes: [Int]
    var lastModeChange: Int
    var hasDiverged: Bool
  }

  func snapshot() -> Snapshot {
    Snapshot(
      weights: Array(UnsafeBufferPointer(start: weights, count: weightCount)),
      modes: Array(UnsafeBufferPointer(start: modes, count: stateCount)),
      lastModeChange: lastModeChange, hasDiverged: hasDiverged)
  }

  func restore(_ snapshot: Snapshot) throws {
    guard snapshot.weights.count == weightCount, snapshot.modes.count == stateCount else {
      throw SnapshotError("\(snapshot.weights.count) weights do not fit \(weightCount)")
    }
    guard snapshot.weights.allSatisfy(\.isFinite), snapshot.lastModeChange >= 0,
      snapshot.modes.indices.allSatisfy({
        snapshot.modes[$0] >= 0 && snapshot.modes[$0] < counts[$0]
      })
    else { throw SnapshotError("a snapshot of weights has impossible entries") }
    weights.update(from: snapshot.weights, count: weightCount)
    modes.update(from: snapshot.modes, count: stateCount)
    changes.pointee = snapshot.lastModeChange
    diverged.pointee = snapshot.hasDiverged
  }
}
