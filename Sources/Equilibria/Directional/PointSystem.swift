/// Values inside a point: small linear systems, without allocation on the heap.
extension WrittenTables {
  /// Calls `body` with the chance of each row of `state` that laws give positive probability.
  ///
  /// - Parameter laws: an equilibrium as laid out here; only its laws are read.
  @inline(__always)
  private func forEachPlayed(
    _ state: Int, _ laws: UnsafePointer<Double>, _ body: (_ row: Int, _ weight: Double) -> Void
  ) {
    let players = playerCount
    for row in jointOffsets[state]..<jointOffsets[state + 1] {
      var rest = row - jointOffsets[state]
      var weight = 1.0
      var player = players - 1
      while player >= 0 {
        let count = actionCounts[state * players + player]
        if count > 1 {
          weight *= laws[lawStart[state * players + player] + rest % count]
          rest /= count
        }
        player -= 1
      }
      if weight != 0 { body(row, weight) }
    }
  }

  /// uᵢ(row) + δᵢ Σ over moves out of the point of weight · Vᵢ.
  @inline(__always)
  func outside(_ row: Int, _ player: Int, _ selected: UnsafePointer<Double>) -> Double {
    var future = 0.0
    for entry in Int(outsideStart[row])..<Int(outsideStart[row + 1]) {
      future += outsideWeight[entry] * selected[outsideAddress[entry] + player]
    }
    return payoffs[row * playerCount + player] + discounts[player] * future
  }

  /// Chance, times growth, of staying in a point of one state.
  @inline(__always)
  func stay(_ row: Int) -> Double {
    var stay = 0.0
    for entry in Int(insideStart[row])..<Int(insideStart[row + 1]) { stay += insideWeight[entry] }
    return stay
  }

  /// The value of one player at the states of a point, given the laws in `laws`: solves
  /// (I − δᵢ C) V = r.
  ///
  /// - Parameter values: receives `[state of the point]`.
  /// - Returns: det(I − δᵢ C), which is positive.
  @discardableResult
  func value(
    _ k: Int, _ player: Int, laws: UnsafePointer<Double>, _ selected: UnsafePointer<Double>,
    into values: UnsafeMutablePointer<Double>
  ) -> Double {
    let members = states[k]
    let count = members.count
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: count * count) { buffer in
      let matrix = buffer.baseAddress!
      matrix.initialize(repeating: 0, count: count * count)
      for (place, state) in members.enumerated() {
        var reward = 0.0
        forEachPlayed(state, laws) { row, weight in
          reward += weight * outside(row, player, selected)
          for entry in Int(insideStart[row])..<Int(insideStart[row + 1]) {
            matrix[place * count + Int(insidePlace[entry])] -=
              weight * discounts[player] * insideWeight[entry]
          }
        }
        matrix[place * count + place] += 1
        values[place] = reward
      }
      return eliminate(matrix, values, count)
    }
  }

  /// The rows of a state.
  func rows(of state: Int) -> Range<Int> { jointOffsets[state]..<jointOffsets[state + 1] }

  /// Fills in the values of an equilibrium whose laws are written, for all players.
  func fillValues(
    _ k: Int, _ equilibrium: UnsafeMutablePointer<Double>, _ selected: UnsafePointer<Double>
  ) {
    let players = playerCount
    let count = states[k].count
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { buffer in
      let values = buffer.baseAddress!
      for player in 0..<players {
        value(k, player, laws: equilibrium, selected, into: values)
        for place in 0..<count { equilibrium[place * players + player] = values[place] }
      }
    }
    for place in count * players..<valueCount { equilibrium[place] = 0 }
  }

  /// Clears an equilibrium and writes 1 for the first action of every player at every state.
  func writeFirstActions(_ k: Int, _ equilibrium: UnsafeMutablePointer<Double>) {
    equilibrium.update(repeating: 0, count: width)
    let players = playerCount
    for state in states[k] {
      for player in 0..<players { equilibrium[lawStart[state * players + player]] = 1 }
    }
  }
}

/// Solves M x = b in place by elimination with partial pivoting; `b` becomes x.
///
/// - Returns: det M.
private func eliminate(
  _ matrix: UnsafeMutablePointer<Double>, _ b: UnsafeMutablePointer<Double>, _ count: Int
) -> Double {
  var determinant = 1.0
  for column in 0..<count {
    var pivot = column
    for row in column + 1..<max(count, column + 1)
    where abs(matrix[row * count + column]) > abs(matrix[pivot * count + column]) {
      pivot = row
    }
    if pivot != column {
      for other in column..<count {
        (matrix[pivot * count + other], matrix[column * count + other]) = (
          matrix[column * count + other], matrix[pivot * count + other]
        )
      }
      (b[pivot], b[column]) = (b[column], b[pivot])
      determinant = -determinant
    }
    let head = matrix[column * count + column]
    determinant *= head
    for row in column + 1..<max(count, column + 1) {
      let factor = matrix[row * count + column] / head
      guard factor != 0 else { continue }
      for other in column..<count {
        matrix[row * count + other] -= factor * matrix[column * count + other]
      }
      b[row] -= factor * b[column]
    }
  }
  for row in stride(from: count - 1, through: 0, by: -1) {
    var sum = b[row]
    for other in row + 1..<max(count, row + 1) { sum -= matrix[row * count + other] * b[other] }
    b[row] = sum / matrix[row * count + row]
  }
  return determinant
}
