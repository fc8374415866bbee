/// The document of `lab train` or of one run in `lab compare`, as parts of a report.
struct TrainingSections {
  let document: DocumentValue
  /// What the initial law is called: `parity`, `start`.
  var start = "start"

  /// `6` of `6 of 8 seeds`.
  private var seeds: [DocumentValue] { document["seeds"].list }
  private var players: Int { document.at("policies.last.value_initial").list.count }
  private var exactValues: [Double]? {
    let values = document.at("exact.value_initial").numbers
    return values.isEmpty ? nil : values
  }

  /// What came out, in a sentence or two.
  var verdict: String {
    let last = document.at("policies.last.nash_conv")
    let count = "\(seeds.count) seed\(seeds.count == 1 ? "" : "s")"
    let interval =
      seeds.count > 1
      ? " [\(brief(last["low"].number)), \(brief(last["high"].number))]" : ""
    var text =
      "The last policies of \(count) have NashConv \(brief(last["iqm"].number))\(interval) at "
      + "\(start) after \(grouped(document["steps"].number)) steps"
    text += exactValues == nil ? "." : ", where an exact equilibrium has 0."
    if let share = document["share_converged"].number {
      text += " \(wholeCount(share, of: seeds.count)) of \(count) converged."
    }
    if exactValues == nil {
      text +=
        " No certified stationary equilibrium stands beside them "
        + "(\(document.at("exact.status").inline))."
    }
    let unfinished = document["unfinished"].list.count
    if unfinished > 0 {
      text +=
        " \(unfinished) of \(seeds.count + unfinished) seeds are unfinished and not counted."
    }
    return text
  }

  /// Learned against exact, with intervals over seeds.
  var table: ReportTable {
    var table = ReportTable(
      "Interquartile means over \(seeds.count) seeds with 95% bootstrap intervals",
      ["", "IQM", "95% interval", "exact"])
    // What is rounding beside the payoffs reads as 0.
    let scale = (exactValues ?? []).map(abs).max() ?? 0
    func add(_ label: String, _ statistic: DocumentValue, _ exact: String) {
      guard statistic["iqm"].number != nil else { return }
      func number(_ key: String) -> String {
        guard let value = statistic[key].number else { return "none" }
        return tableNumber(abs(value) <= 1e-13 * scale ? 0 : value)
      }
      let interval = seeds.count > 1 ? "[\(number("low")), \(number("high"))]" : "one seed"
      table.add([label, number("iqm"), interval, exact])
    }
    let zero = exactValues == nil ? "none" : "0"
    let learners = document["learners"].list
    // Where all learn alike, who is who says nothing.
    let areDifferent = Set(learners.map(\.inline)).count > 1
    for (name, title) in [("last", "last policy"), ("average", "average policy")] {
      let policy = document["policies"][name]
      guard !policy.isNull else { continue }
      table.add(heading: title)
      add("NashConv at \(start)", policy["nash_conv"], zero)
      add("NashConv at the worst state", policy["nash_conv_worst"], zero)
      add("NashConv on the path of play", policy["nash_conv_on_path"], zero)
      for (player, gain) in policy["deviation_gains"].list.enumerated() {
        let kind =
          areDifferent && learners.indices.contains(player) ? " (\(learners[player].inline))" : ""
        add("gain from deviating, player \(player + 1)\(kind)", gain, zero)
      }
      for (player, value) in policy["value_initial"].list.enumerated() {
        let exact = exactValues.flatMap { $0.indices.contains(player) ? $0[player] : nil }
        add("value of player \(player + 1)", value, exact.map(tableNumber) ?? "none")
      }
    }
    let best = document.at("policies.best")
    if !best.isNull {
      table.add(heading: "best policy judged in training")
      add("NashConv at \(start)", best["nash_conv"], zero)
    }
    let measures = document["measures"].entries
    if !measures.isEmpty { table.add(heading: "long-run play of the last policy") }
    for (name, statistic) in measures { add(name, statistic, "") }
    if !document["largest_weight"].isNull {
      table.add(heading: "weights")
      add("largest weight at the end", document["largest_weight"], "")
    }
    if let share = document["share_converged"].number {
      let ends = document["share_converged_interval"].numbers.map { percentText($0) }
      table.add(heading: "training")
      table.add([
        "seeds converged", "\(wholeCount(share, of: seeds.count)) of \(seeds.count)",
        ends.count == 2 ? "[\(ends[0]), \(ends[1])]" : "", "",
      ])
    }
    return table
  }

  /// How to read the table.
  var legend: String {
    let meaning =
      switch document.at("stop.rule").text {
      case "policy-unchanged":
        "Converged: the policies stood unchanged as long as training.stop asks."
      case "nash-conv": "Converged: NashConv fell to what training.stop asks."
      default: "Converged: no likeliest action changed in the last tenth of training."
      }
    return "NashConv: the players' gains from deviating, summed; 0 exactly at an equilibrium. "
      + "Wilson interval for the share. \(meaning)"
  }

  /// How play answers a one-time departure, for games in which somebody asks.
  var departure: [ReportBlock] {
    let found = document["departure"]
    guard !found.isNull else { return [] }
    func estimate(_ value: DocumentValue) -> String {
      "\(brief(value["mean"].number)) [\(brief(value["low"].number)), "
        + "\(brief(value["high"].number))]"
    }
    let share = found["unprofitable"]
    return [
      .text(
        "A one-time departure to the best reply of the moment does not pay in a share "
          + "\(estimate(share)) of the seeds; its mean discounted gain is "
          + "\(estimate(found["discounted_gain"])).")
    ]
  }

  /// The exact side with its certificate.
  var exact: [ReportBlock] {
    let exact = document["exact"]
    guard !exact.isNull else { return [] }
    let status = exact["status"].inline
    var facts = [ReportFact("status", status)]
    for (key, value) in exact["solver"].entries where value.isScalar {
      facts.append(ReportFact("solver: \(key)", value.inline))
    }
    if let values = exactValues {
      facts.append(
        ReportFact(
          "values at \(start)", values.map(tableNumber).joined(separator: ", ")))
    }
    if let note = exact["note"].text, !note.isEmpty { facts.append(ReportFact("note", note)) }
    var blocks: [ReportBlock] = [.facts(facts)]
    let certificate = exact["certificate"]
    if certificate.isNull {
      blocks.append(.warning("There is no exact solution, and so no certificate."))
    } else {
      blocks.append(.table(CertificateTable.table([("exact solution", certificate)])))
      blocks.append(.text(CertificateTable.legend))
    }
    return blocks
  }

  /// Every seed on its own.
  ///
  /// - Parameter more: further columns: a title and a cell a seed, in order.
  func seedTable(_ more: [(title: String, cells: [ReportTable.Cell])] = []) -> ReportTable {
    let policies = document["policies"]
    let columns =
      ["seed", "steps", "NashConv, last", "worst state", "on path", "average", "best"]
      + (0..<players).map { "value \($0 + 1)" } + more.map(\.title)
    var table = ReportTable("Every seed: NashConv of its policies at \(start)", columns)
    func cell(_ statistic: DocumentValue, _ index: Int) -> ReportTable.Cell {
      let values = statistic["per_seed"].list
      return ReportTable.Cell(
        values.indices.contains(index) ? values[index].number.map(tableNumber) ?? "" : "")
    }
    let steps = document["steps_trained"].list
    for (index, seed) in seeds.enumerated() {
      guard index < Self.shownSeeds else {
        table.omitted += 1
        continue
      }
      let last = policies["last"]
      table.add(
        [
          ReportTable.Cell(seed.inline),
          ReportTable.Cell(
            steps.indices.contains(index) ? grouped(steps[index].number) : ""),
          cell(last["nash_conv"], index), cell(last["nash_conv_worst"], index),
          cell(last["nash_conv_on_path"], index), cell(policies.at("average.nash_conv"), index),
          cell(policies.at("best.nash_conv"), index),
        ] + last["value_initial"].list.map { cell($0, index) }
          + more.map { $0.cells.indices.contains(index) ? $0.cells[index] : "" })
    }
    return table
  }

  /// Seeds that a table shows one by one.
  static let shownSeeds = 200
}

/// Certificates side by side.
enum CertificateTable {
  /// What the columns mean.
  static let legend =
    "Recomputed from the game and the profile alone. Max regret: the largest one-shot gain. "
    + "Exploitability: the largest gain from deviating, over players and states; solved if it is "
    + "within the tolerance. Support gap: the largest difference of values over played actions. "
    + "Symmetry gap: the largest difference to the mirror image. Value residual: the largest "
    + "difference between reported and re-evaluated values."

  /// One row a certificate.
  static func table(_ certificates: [(name: String, certificate: DocumentValue)]) -> ReportTable {
    var table = ReportTable(
      "Certificates",
      [
        "", "max regret", "exploitability", "support gap", "symmetry gap", "value residual",
        "tolerance", "verdict",
      ])
    for (name, certificate) in certificates {
      func number(_ key: String) -> ReportTable.Cell {
        ReportTable.Cell(certificate[key].number.map(tableNumber) ?? "none")
      }
      let exploitability = certificate["exploitability"].number ?? .infinity
      let isCertified = exploitability <= certificate["tolerance"].number ?? 0
      table.add([
        ReportTable.Cell(name), number("max_regret"), number("exploitability"),
        number("support_gap"), number("symmetry_gap"), number("value_residual"),
        number("tolerance"),
        isCertified ? .init("certified", .good) : .init("not an equilibrium", .bad),
      ])
    }
    return table
  }
}

/// Three digits that matter.
func brief(_ value: Double?) -> String {
  guard let value, value.isFinite else { return "none" }
  guard value != 0 else { return "0" }
  let magnitude = abs(value)
  if magnitude >= 1e5 || magnitude < 1e-4 { return tableNumber(value) }
  var places = 0
  var unit = 100.0
  while magnitude < unit, places < 6 {
    unit /= 10
    places += 1
  }
  return decimal(value, places)
}

/// Whole percents, but 0% and 100% for nothing and everything only.
func percentText(_ share: Double) -> String {
  // A document may say anything; what is no share stays as it is.
  guard (0...1).contains(share) else { return tableNumber(100 * share) + "%" }
  let rounded = (100 * share).rounded()
  if rounded == 0, share > 0 { return "<1%" }
  if rounded == 100, share < 1 { return ">99%" }
  return "\(Int(rounded))%"
}

/// So many of `count`, from a document's share; 0 for what is no share.
func wholeCount(_ share: Double, of count: Int) -> Int {
  (0...1).contains(share) ? Int((share * Double(count)).rounded()) : 0
}
