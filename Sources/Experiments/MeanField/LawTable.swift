internal import Environments

/// A population's law as a table: `state,state_label,seen,invariant`.
///
/// `seen` is the law as the learner saw it, `invariant` the exact long-run law of its policy at the
/// learned m. A law that does not exist is an empty field.
enum LawTable {
  static let header = "state,state_label,seen,invariant"

  static func csv(_ layout: MeanFieldLayout, seen: [Double], invariant: [Double]?) -> String {
    var lines = [header]
    for state in 0..<layout.stateCount {
      lines.append(
        "\(state),\(PolicyTable.quoted(layout.stateLabels[state].description)),"
          + "\(seen.isEmpty ? "" : "\(seen[state])"),\(invariant.map { "\($0[state])" } ?? "")")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Reads the law that was seen; empty if there was none.
  ///
  /// - Throws: `FileError` naming the line.
  static func seen(_ path: String, states: Int) throws -> [Double] {
    let lines = try readText(path).split(whereSeparator: \.isNewline)
    guard lines.first.map(String.init) == header, lines.count == states + 1 else {
      throw FileError(path, "must have the columns \(header) and a line for each state")
    }
    var law: [Double] = []
    for (index, line) in lines.dropFirst().enumerated() {
      let fields = PolicyTable.splitCSV(line)
      guard fields.count == 4, Int(fields[0]) == index else {
        throw FileError("\(path):\(index + 2)", "must be about the state of index \(index)")
      }
      if fields[2].isEmpty { return [] }
      guard let share = Double(fields[2]), share >= 0, share <= 1 + 1e-9 else {
        throw FileError("\(path):\(index + 2)", "\(fields[2]) is no share of the population")
      }
      law.append(share)
    }
    guard abs(law.reduce(0, +) - 1) <= 1e-6 else {
      throw FileError(path, "the shares seen must sum to 1")
    }
    return law
  }
}
