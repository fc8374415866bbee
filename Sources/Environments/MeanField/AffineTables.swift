/// Payoffs u₀ + t u₁ and a law that does not depend on m, in a layout's order.
struct AffineTables: Sendable {
  /// u₀ of each row.
  var constants: [Double] = []
  /// u₁ of each row.
  var factors: [Double] = []
  /// P of each transition.
  var probabilities: [Double] = []

  /// Writes every entry; allocates nothing. O(rows + transitions).
  func write(_ t: Double, to tables: inout FrozenTables) {
    for row in constants.indices { tables.payoffs[row] = constants[row] + t * factors[row] }
    for entry in probabilities.indices { tables.probabilities[entry] = probabilities[entry] }
  }
}
