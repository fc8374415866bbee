/// Aligned columns: the first to the left, the others to the right.
public struct TextTable: Sendable {
  private var rows: [[String]]

  /// Starts a table with its header.
  public init(_ header: [String]) { rows = [header] }

  /// Adds a row with as many cells as the header.
  public mutating func add(_ row: [String]) {
    precondition(row.count == rows[0].count, "one cell per column")
    rows.append(row)
  }

  /// The table with a rule under its header; no line ends in blanks.
  public var text: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    func line(_ row: [String]) -> String {
      var text = ""
      for (column, cell) in row.enumerated() {
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        text += column == 0 ? cell + blanks : "  " + blanks + cell
      }
      while text.hasSuffix(" ") { text.removeLast() }
      return text
    }
    let rule = String(repeating: "─", count: widths.reduce(0, +) + 2 * (widths.count - 1))
    return ([line(rows[0]), rule] + rows.dropFirst().map(line)).joined(separator: "\n")
  }
}
