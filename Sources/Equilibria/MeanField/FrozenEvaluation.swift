internal import Environments

/// Values of a policy, V = π_σ + β P_σ V, component by component, sinks first.
struct FrozenEvaluation {
  let index: FrozenIndex
  /// β, or another discount for payoffs that are not the agent's own; 1 only with `reference`.
  let discount: Double
  /// A state whose value is held at 0 where another state looks ahead to it.
  var reference: Int32 = -1

  /// Writes the values of the rows in use.
  ///
  /// - Complexity: O(transitions in use) for components of one state, for others the elimination of a
  ///   band matrix.
  func write(
    _ used: UsedRows, _ payoffs: [Double], _ probabilities: [Double], to values: inout [Double],
    _ matrix: inout BandMatrix, _ scratch: inout [Double]
  ) {
    used.start.withUnsafeBufferPointer { start in
      used.rows.withUnsafeBufferPointer { rows in
        used.weights.withUnsafeBufferPointer { weights in
          payoffs.withUnsafeBufferPointer { payoffs in
            probabilities.withUnsafeBufferPointer { probabilities in
              values.withUnsafeMutableBufferPointer { values in
                let tables = Tables(
                  start: start, rows: rows, weights: weights, payoffs: payoffs,
                  probabilities: probabilities)
                for part in 0..<index.partCount {
                  let first = Int(index.partStart[part])
                  let size = Int(index.partStart[part + 1]) - first
                  if size == 1 {
                    single(Int(index.members[first]), tables, values)
                  } else {
                    block(part, first, size, tables, values, &matrix, &scratch)
                  }
                }
              }
            }
          }
        }
      }
    }
  }

  private struct Tables {
    let start: UnsafeBufferPointer<Int32>
    let rows: UnsafeBufferPointer<Int32>
    let weights: UnsafeBufferPointer<Double>
    let payoffs: UnsafeBufferPointer<Double>
    let probabilities: UnsafeBufferPointer<Double>
  }

  @inline(__always)
  private func single(
    _ state: Int, _ tables: Tables, _ values: UnsafeMutableBufferPointer<Double>
  ) {
    var known = 0.0
    var stay = 0.0
    for use in Int(tables.start[state])..<Int(tables.start[state + 1]) {
      let row = Int(tables.rows[use])
      var ahead = 0.0
      var own = 0.0
      for entry in Int(index.entryStart[row])..<Int(index.entryStart[row + 1]) {
        let to = index.next[entry]
        let probability = tables.probabilities[entry]
        if to == reference { continue }
        if Int(to) == state { own += probability } else { ahead += probability * values[Int(to)] }
      }
      known += tables.weights[use] * (tables.payoffs[row] + discount * ahead)
      stay += tables.weights[use] * own
    }
    values[state] = known / (1 - discount * stay)
  }

  private func block(
    _ part: Int, _ first: Int, _ size: Int, _ tables: Tables,
    _ values: UnsafeMutableBufferPointer<Double>, _ matrix: inout BandMatrix,
    _ scratch: inout [Double]
  ) {
    let (lower, upper) = index.bands[part]
    matrix.reset(size: size, lower: lower, upper: upper)
    let width = lower + upper + 1
    matrix.withEntries { entries in
      for i in 0..<size {
        let state = Int(index.members[first + i])
        // Column j stands at `diagonal + j − i`.
        let diagonal = i * width + lower
        var known = 0.0
        entries[diagonal] = 1
        for use in Int(tables.start[state])..<Int(tables.start[state + 1]) {
          let row = Int(tables.rows[use])
          let weight = tables.weights[use]
          known += weight * tables.payoffs[row]
          for entry in Int(index.entryStart[row])..<Int(index.entryStart[row + 1]) {
            let to = index.next[entry]
            if to == reference { continue }
            let factor = weight * discount * tables.probabilities[entry]
            if Int(index.part[Int(to)]) == part {
              entries[diagonal + Int(index.place[Int(to)]) - i] -= factor
            } else {
              known += factor * values[Int(to)]
            }
          }
        }
        scratch[i] = known
      }
    }
    matrix.solve(&scratch)
    for i in 0..<size { values[Int(index.members[first + i])] = scratch[i] }
  }
}
