internal import Configuration
internal import Environments
public import Equilibria

/// What `lab solve` prints of a mean-field game for a person, at most 80 columns wide.
public enum MeanFieldSolveReport {
  /// The crossings, what agents do at the lowest equilibrium, the certificate and how it ended.
  public static func text(
    _ configuration: MeanFieldConfiguration, _ solution: MeanFieldSolution
  ) -> String {
    let model = configuration.model
    let verdict = MeanFieldVerdict(solution)
    let kind = configuration.resolved.group("solver")!.kind
    var lines = [
      "\(configuration.title): \(kind), m = \(model.interactionNames.joined(separator: ", "))", "",
    ]
    lines.append(
      solution.crossings.isEmpty ? "no crossing to show" : crossings(solution.crossings, model))
    if let shown = solution.principal {
      if shown.isEquilibrium {
        lines += ["", states(shown, model)]
      } else if let sides = shown.sides {
        lines += ["", self.sides(sides, model)]
      }
    }
    lines.append("")
    if let mixed = solution.crossings.first(where: { $0.everyoneMixes != nil }) {
      lines += mixtures(mixed, model)
    }
    let scan = solution.scanSeconds > 0 ? ", all crossings \(clock(solution.scanSeconds))" : ""
    lines.append(
      paragraph(
        "status:      ",
        "\(verdict.status.rawValue) after \(clock(solution.seconds))\(scan)"
          + (verdict.note.isEmpty ? "" : ": \(verdict.note)")))
    lines.append(paragraph("certificate: ", certificate(solution)))
    lines.append(paragraph("counting:    ", counting(solution)))
    return lines.joined(separator: "\n")
  }

  /// `1.2 ms` below a second.
  private static func clock(_ seconds: Double) -> String {
    seconds < 1 ? "\(decimal(1000 * seconds, seconds < 0.01 ? 2 : 0)) ms" : duration(seconds)
  }

  private static func crossings(
    _ crossings: [MeanFieldCrossing], _ model: MeanFieldModel
  ) -> String {
    var table = TextTable(["crossing", "kind", "m", "mean \(model.stateQuantity)", "variance"])
    for (index, crossing) in crossings.enumerated() {
      table.add([
        "\(index + 1)", crossing.kind.rawValue,
        crossing.m.map { compactDecimal($0) }.joined(separator: ", "),
        tableNumber(crossing.meanState), tableNumber(crossing.variance),
      ])
    }
    return table.text
  }

  /// States shown; a long list keeps those where the population is.
  private static let rows = 45

  private static func states(_ crossing: MeanFieldCrossing, _ model: MeanFieldModel) -> String {
    let labels = model.stateLabels
    let actions = StateAction.list(crossing, model: model)
    var shown = Array(labels.indices)
    if shown.count > rows {
      shown = Array(shown.sorted { crossing.law[$0] > crossing.law[$1] }.prefix(rows)).sorted()
    }
    var table = TextTable(["state", "action", "share", "value"])
    for state in shown {
      table.add([
        labels[state].description, actions.isEmpty ? "" : action(actions[state]),
        tableNumber(crossing.law[state]), tableNumber(crossing.values[state]),
      ])
    }
    guard shown.count < labels.count else { return table.text }
    let rest = 1 - shown.reduce(0) { $0 + crossing.law[$1] }
    return table.text
      + "\n(the other \(labels.count - shown.count) states hold \(tableNumber(max(0, rest))) of the "
      + "agents; --json has all)"
  }

  private static func action(_ action: StateAction) -> String {
    if case .pure(.number(let value)) = action { return tableNumber(value).trimmedZeros }
    return action.text
  }

  private static func sides(
    _ sides: MeanFieldSides, _ model: MeanFieldModel
  ) -> String {
    var table = TextTable(["", "just below", "just above"])
    table.add([
      "announced m", compactDecimal(sides.left.m[0]), compactDecimal(sides.right.m[0]),
    ])
    table.add([
      "the population answers with", compactDecimal(sides.left.mapped[0]),
      compactDecimal(sides.right.mapped[0]),
    ])
    guard case .finite(let game) = model else { return table.text }
    for state in 0..<game.layout.stateCount
    where sides.left.rows[state] != sides.right.rows[state] {
      table.add([
        "action at \(game.layout.stateLabels[state])",
        game.layout.actionLabels[Int(sides.left.rows[state])].description,
        game.layout.actionLabels[Int(sides.right.rows[state])].description,
      ])
    }
    return table.text
  }

  private static func mixtures(_ crossing: MeanFieldCrossing, _ model: MeanFieldModel) -> [String] {
    let names = crossing.switchingStates.map { model.stateLabels[$0].description }
    let place =
      names.isEmpty
      ? "" : " at \(names.count == 1 ? "state" : "states") \(names.joined(separator: ", "))"
    var lines: [String] = []
    if let mixed = crossing.everyoneMixes {
      lines.append(
        paragraph(
          "mixing:      ",
          "every agent takes the higher side's action\(place) with probability "
            + compactDecimal(mixed.share)))
    }
    if let groups = crossing.twoGroups {
      lines.append(
        paragraph(
          "",
          "or a share \(compactDecimal(groups.share)) of the agents takes it always, the others never"
        ))
    }
    return lines
  }

  private static func certificate(_ solution: MeanFieldSolution) -> String {
    guard let residuals = solution.certificate else {
      return "none: there is no equilibrium to certify"
    }
    return "consistency |m − M(μ)| \(tableNumber(residuals.consistency)), invariance ‖sL − s‖₁ "
      + "\(tableNumber(residuals.invariance)), optimality \(tableNumber(residuals.optimality))"
      + (residuals.isCertified ? "" : "; NOT certified: above 1e-9")
  }

  private static func counting(_ solution: MeanFieldSolution) -> String {
    let count = solution.equilibria.count
    let word = count == 1 ? "equilibrium" : "equilibria"
    return (solution.isComplete ? "all: \(count) \(word)" : "found: \(count) \(word)")
      + (solution.counting.isEmpty ? "" : "; \(solution.counting)")
  }

  private static func paragraph(_ head: String, _ text: String) -> String {
    let margin = String(repeating: " ", count: 13)
    let wrapped = wrap(text, width: 66).replacing("\n", with: "\n\(margin)")
    return head + String(repeating: " ", count: 13 - head.count) + wrapped
  }
}

extension String {
  /// A decimal without the zeros at its end: `0.05` for `0.050000`.
  var trimmedZeros: String {
    guard contains("."), !contains("e") else { return self }
    var text = self
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
