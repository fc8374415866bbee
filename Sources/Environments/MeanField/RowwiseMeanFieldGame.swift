/// A mean-field game that writes single rows of its tables for less than the whole.
///
/// A market of N agents needs only the rows that somebody takes, at a new m in every period; for
/// games whose transition law is dear to compute that is a fraction of `write(at:to:)`.
public protocol RowwiseMeanFieldGame: MeanFieldGame {
  /// Writes π and P of one row at m, exactly as `write(at:to:)` does. Allocates nothing.
  func write(row: Int, at m: [Double], to tables: inout FrozenTables)
}

extension RowwiseMeanFieldGame {
  /// Row after row.
  public func write(at m: [Double], to tables: inout FrozenTables) {
    for row in 0..<layout.rowCount { write(row: row, at: m, to: &tables) }
  }
}
