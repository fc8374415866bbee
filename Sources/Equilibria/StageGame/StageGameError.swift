/// What makes a bimatrix game, or a question put to it, unanswerable. Players are 0 (row) and
/// 1 (column).
public enum StageGameError: Error, Equatable, CustomStringConvertible {
  /// A player has no action.
  case noActions(rows: Int, columns: Int)
  /// A payoff table has not one entry a pure profile.
  case wrongShape(player: Int, rows: Int, columns: Int, entries: Int)
  /// A payoff is NaN or infinite.
  case nonFinitePayoff(player: Int, row: Int, column: Int, value: Double)
  /// The difference of two payoffs of one player is not representable.
  case payoffRangeOverflow(player: Int, least: Double, greatest: Double)
  /// Lemke-Howson was asked to drop a label the game does not have.
  case noSuchLabel(Int, labels: Int)
  /// A symmetric equilibrium was asked of a game whose players are not interchangeable.
  case notSymmetric

  /// The value at fault, the rule it breaks and the way out.
  public var description: String {
    switch self {
    case .noActions(let rows, let columns):
      "game of \(rows) by \(columns) actions: each player needs at least one action"
    case .wrongShape(let player, let rows, let columns, let entries):
      "payoffs of player \(player): \(entries) entries, but \(rows) by \(columns) actions need "
        + "one for each pure profile, row by row"
    case .nonFinitePayoff(let player, let row, let column, let value):
      "payoff of player \(player) at (\(row), \(column)) = \(value): must be finite"
    case .payoffRangeOverflow(let player, let least, let greatest):
      "payoffs of player \(player) from \(least) to \(greatest): their range must be finite; "
        + "rescale the game"
    case .noSuchLabel(let label, let labels):
      "dropped label \(label): must be in 0..<\(labels), row actions first, then column actions"
    case .notSymmetric:
      "symmetric path: needs as many rows as columns and column payoffs equal to the transposed "
        + "row payoffs, exactly"
    }
  }
}
