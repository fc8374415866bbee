internal import Environments
internal import Equilibria

/// The pictures of a run of a game of N players, in the order of a report: NashConv and deviation gains
/// against steps, then policies and values by state beside the exact ones.
struct TrainingCharts {
  let run: RunFolder
  let configuration: ExperimentConfiguration
  /// The seeds that are drawn, in order; at least one.
  let seeds: [UInt64]
  /// The exact profile with its values `[player][state]`, if there is a certified stationary one.
  let exact: (profile: Profile, values: [[Double]])?
  /// Worker threads; pictures do not depend on it.
  let threads: Int

  /// The names of all charts.
  static let names = ["nash_conv", "deviation_gains", "policies", "values"]

  /// Players with a panel of their own.
  private static let players = 4
  /// Players and actions with a panel of their own, where actions are words.
  private static let panels = 8

  init(
    _ run: RunFolder, _ configuration: ExperimentConfiguration, seeds: [UInt64],
    exact solution: BellmanNashSolution, threads: Int
  ) {
    self.run = run
    self.configuration = configuration
    self.seeds = seeds
    self.threads = threads
    if solution.isStationary, solution.status == .converged, let profile = solution.profiles.first,
      let values = solution.values.first
    {
      exact = (profile, values)
    } else {
      exact = nil
    }
  }

  private var game: StochasticGame { configuration.game }
  private var heading: String {
    "\(configuration.experiment), \(seeds.count) seed\(seeds.count == 1 ? "" : "s")"
  }

  /// The charts that need nothing but the seeds' metrics.
  ///
  /// - Throws: `FileError` if these are damaged.
  func curves() throws -> [Chart] {
    let tables = try seeds.map { try CSVTable(path: run.seedFolder($0).metricsPath) }
    let seed = configuration.seed
    let curve = try LearningCurve(tables, seed: seed, column: "equilibrium/nash_conv")
    let start = startName(game)
    let unit = "training \(configuration.stepUnit)"
    var charts = [
      Chart(
        "nash_conv", title: "\(heading): NashConv, IQM and 95% interval",
        panels: [curve.panel(xAxis: unit, yAxis: "NashConv at \(start)")])
    ]
    if game.playerCount > 1 {
      charts.append(
        Chart(
          "deviation_gains", title: "\(heading): gains from deviating, IQM and 95% interval",
          panels: try (1...min(game.playerCount, Self.players)).map { player in
            try LearningCurve(tables, seed: seed, column: "equilibrium/deviation_gain/\(player)")
              .panel(title: "player \(player)", xAxis: unit, yAxis: "gain at \(start)")
          }))
    }
    return charts
  }

  /// The learned policies by state with the exact ones, and their values likewise.
  ///
  /// - Parameter profiles: per seed its policies by name, of which `last` and `average` are drawn.
  /// - Throws: what an evaluation throws.
  func states(_ profiles: [[String: Profile]]) throws -> [Chart] {
    let sample = StateSample(game)
    var charts: [Chart] = []
    let panels = try policyPanels(profiles, sample)
    if !panels.isEmpty {
      charts.append(
        Chart(
          "policies", title: "\(heading): learned policies, IQM and 95% interval", panels: panels))
    }
    // Values are dense algebra: beyond this size policies must speak alone.
    guard game.stateCount <= 1500, game.stateCount > 1 else { return charts }
    let values = try evaluated(profiles.map { $0["last"]! })
    charts.append(
      Chart(
        "values", title: "\(heading): values of the last policies, IQM and 95% interval",
        panels: try (0..<min(game.playerCount, Self.players)).map { player in
          var series = [
            Chart.Series(
              "last policy", .curve,
              try sample.points(values.map { $0[player] }, seed: configuration.seed))
          ]
          if let exact {
            series.append(
              Chart.Series("exact", .reference, sample.points(exact.values[player])))
          }
          return Chart.Panel(
            title: "player \(player + 1)", xAxis: "state", yAxis: "value",
            categories: sample.categories, series: series)
        }))
    return charts
  }

  private func evaluated(_ profiles: [Profile]) throws -> [[[Double]]] {
    try concurrentMap(profiles, threads: threads) { try game.values(of: $0) }
  }

  /// A number that a law over actions comes to: its mean, or the probability of one action.
  private struct Quantity {
    var name: String
    var isProbability: Bool
    var value: (_ law: [Double], _ state: Int) -> Double
  }

  private func quantities(_ player: Int, _ sample: StateSample) -> [Quantity] {
    let labels = sample.states.map { game.actionLabels.labels(player, at: $0) }
    let numbers = labels.map { $0.map(\.number) }
    if numbers.allSatisfy({ $0.allSatisfy { $0 != nil } }) {
      return [
        Quantity(name: "mean action", isProbability: false) { law, state in
          let labels = game.actionLabels.labels(player, at: state)
          return zip(law, labels).reduce(0) { $0 + $1.0 * $1.1.number! }
        }
      ]
    }
    // Where names differ by state there is nothing common to draw.
    guard let first = labels.first, labels.allSatisfy({ $0 == first }), first.count > 1 else {
      return []
    }
    // Of two actions one says it all.
    return (first.count == 2 ? 1..<2 : 0..<first.count).map { action in
      Quantity(name: "P(\(first[action]))", isProbability: true) { law, _ in law[action] }
    }
  }

  private func policyPanels(
    _ profiles: [[String: Profile]], _ sample: StateSample
  ) throws -> [Chart.Panel] {
    if game.stateCount == 1 { return try lawPanels(profiles) }
    var panels: [Chart.Panel] = []
    for player in 0..<min(game.playerCount, Self.players) {
      for quantity in quantities(player, sample) where panels.count < Self.panels {
        func values(_ policy: Policy) -> [Double] {
          (0..<game.stateCount).map { quantity.value(policy.law(at: $0), $0) }
        }
        var series: [Chart.Series] = []
        for name in ["last", "average"] {
          let rows = profiles.compactMap { $0[name].map { values($0[player]) } }
          guard rows.count == profiles.count else { continue }
          series.append(
            Chart.Series(
              "\(name) policy", .curve, try sample.points(rows, seed: configuration.seed)))
        }
        if let exact {
          series.append(
            Chart.Series("exact", .reference, sample.points(values(exact.profile[player]))))
        }
        panels.append(
          Chart.Panel(
            title: "player \(player + 1)", xAxis: "state", yAxis: quantity.name,
            isFromZero: quantity.isProbability, categories: sample.categories, series: series))
      }
    }
    return panels
  }

  /// A game of one state: the law over actions.
  private func lawPanels(_ profiles: [[String: Profile]]) throws -> [Chart.Panel] {
    try (0..<min(game.playerCount, Self.players)).map { player in
      let labels = game.actionLabels.labels(player, at: 0)
      let sample = StateSample(labels)
      var series = try ["last", "average"].map { name in
        Chart.Series(
          "\(name) policy", .marks,
          try sample.points(
            profiles.map { $0[name]![player].law(at: 0) }, seed: configuration.seed))
      }
      if let exact {
        series.append(
          Chart.Series("exact", .reference, sample.points(exact.profile[player].law(at: 0))))
      }
      return Chart.Panel(
        title: "player \(player + 1)", xAxis: "action", yAxis: "probability", isFromZero: true,
        categories: sample.categories, series: series)
    }
  }
}

extension LearningCurve {
  /// The curves on a logarithmic axis of steps.
  func panel(title: String = "", xAxis: String, yAxis: String) -> Chart.Panel {
    func points(_ curve: [Point]) -> [Chart.Point] {
      curve.map { Chart.Point($0.step, $0.middle, low: $0.low, high: $0.high) }
    }
    var series = [Chart.Series("last policy", .curve, points(last))]
    if !average.isEmpty { series.append(.init("average policy", .curve, points(average))) }
    return Chart.Panel(
      title: title, xAxis: xAxis, yAxis: yAxis, xScale: .logarithmic, isFromZero: true,
      series: series)
  }
}

extension Label {
  /// The quantity, if the label is one.
  var number: Double? {
    if case .number(let value) = self { return value }
    return nil
  }
}
