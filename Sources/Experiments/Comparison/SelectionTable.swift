public import Equilibria

extension SelectionFrequencies {
  /// Rows of equilibria in a table: of more, those that somebody selected.
  private static let rowLimit = 40

  /// The table a person reads: one row per equilibrium, then `none`, then what is counted up to
  /// mirror images, then the share unconverged.
  public var text: String {
    let players = equilibria.map(\.initialValues.count).max() ?? 0
    var table = TextTable(
      ["equilibrium"] + (0..<players).map { "value \($0 + 1)" }
        + ["seeds", "share", "\(percent(confidence)) interval", "distance"])
    func add(_ row: Row, _ label: String) {
      let values = row.initialValues.map(tableNumber)
      table.add(
        [label] + values + Array(repeating: "", count: players - values.count) + [
          "\(row.count)", percent(row.share), "[\(percent(row.low)), \(percent(row.high))]",
          row.meanDistance.map(tableNumber) ?? "",
        ])
    }
    let isLong = equilibria.count > Self.rowLimit
    for row in equilibria where !isLong || row.count > 0 {
      add(row, row.isSymmetric == true ? "\(row.label) symmetric" : row.label)
    }
    add(none, "none")
    if classes.count < equilibria.count {
      for row in classes where row.label.contains("/") && (!isLong || row.count > 0) {
        add(row, row.label)
      }
    }
    add(unconverged, "unconverged")
    var lines = [table.text, ""]
    if isLong {
      let chosen = equilibria.count { $0.count > 0 }
      lines.append("\(equilibria.count - chosen) other equilibria were selected by no seed.")
    }
    lines.append(
      """
      Equilibria known: \(completeness.rawValue). A seed selects the nearest if its NashConv is at most
      \(tableNumber(rule.epsilon)) of the payoff range and the distance at most \(tableNumber(rule.distance)).
      """)
    if none.count > 0 {
      lines.append(
        "Of \(none.count) with none, \(notEquilibrium) can still gain by deviating, \(unknown) play far "
          + "from every known equilibrium.")
    }
    return lines.joined(separator: "\n")
  }
}

/// A share in percent, to a tenth.
private func percent(_ share: Double) -> String {
  let tenths = Int((1000 * share).rounded())
  return tenths % 10 == 0 ? "\(tenths / 10)%" : "\(tenths / 10).\(tenths % 10)%"
}
