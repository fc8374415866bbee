internal import Environments

/// What estimates are called and where they stand: everything that reading a study's sums takes,
/// whatever was played.
struct StudyFrame: Sendable {
  /// A number followed date by date.
  struct Quantity: Sendable {
    let name: String
    let unit: String
    /// Whether its sum over a path means something.
    var isSummed = true
    /// All values that it can take; nil where that is not known.
    var range: ClosedRange<Double>?
  }

  /// Payoffs first.
  let quantities: [Quantity]
  /// What the payoffs' discounted sums are called.
  let values: [String]
  /// Names of events with their meanings.
  let events: [(name: String, meaning: String)]
  /// States that occupancy is about.
  let states: [Label]
  let columns: PathColumns
  let longRun: LongRunColumns
  let settings: MonteCarloSettings
  /// Length of a path.
  let periods: Int
  /// Dates that fan charts show, from 0.
  let dates: [Int]
  /// Batches that a path's dates are cut into, for long-run statistics.
  let batches: Int

  /// What a unit of independent observation is called.
  var unitName: String {
    switch settings.draws {
    case .independent: "paths"
    case .antithetic: "pairs"
    case .sobol, .arraySobol: "replicates"
    }
  }
  var longRunMethod: String { batches > 1 ? "batch means" : unitName }
  /// Whether there is a sum over players that says more than its terms.
  var hasWelfare: Bool { columns.players > 1 }

  /// Every estimate that a precision rule can ask for.
  var statisticNames: [String] {
    var names = values
    if hasWelfare { names.append("welfare") }
    for (index, quantity) in quantities.enumerated() {
      names.append("mean/\(quantity.name)")
      guard quantity.isSummed else { continue }
      names.append("total/\(quantity.name)")
      if index >= columns.players { names.append("discounted/\(quantity.name)") }
    }
    for event in events {
      names += ["hit", "waiting", "first_passage", "share", "spells", "duration"].map {
        "\($0)/\(event.name)"
      }
    }
    return names
  }
}

/// What estimates are in expectation, as far as it can be computed without simulating.
struct ExactValues: Sendable {
  /// `[column of PathColumns]`.
  var columns: [Double?]
  /// `[quantity]`, in the long run; empty if unknown.
  var means: [Double?] = []
  /// `[correlated quantity]`: variances of a date's number in the long run.
  var variances: [Double?] = []
  /// `[event]`: shares of dates in the long run.
  var shares: [Double?] = []
  /// `[state]`: the long-run law; nil if unknown.
  var states: [Double]?
  /// `[correlated quantity][lag]`.
  var autocorrelations: [[Double]] = []
  /// `[event]`: mean durations of spells in the long run.
  var durations: [Double?] = []
  /// Whether dates are held against the long run in standard errors.
  var testsLongRun = true
  /// Where chance has no part in what is estimated.
  var certainty = PathCertainty()
}

extension Array where Element == Double? {
  /// An entry that may be unknown, or beyond what is known.
  func known(_ index: Int) -> Double? { indices.contains(index) ? self[index] : nil }
}

extension PathPlan {
  var frame: StudyFrame {
    StudyFrame(
      quantities: quantities.map {
        .init(name: $0.name, unit: $0.unit, range: $0.values.min()!...$0.values.max()!)
      },
      values: (0..<columns.players).map { "value/\($0 + 1)" },
      events: events.map { ($0.name, $0.meaning) }, states: game.stateLabels, columns: columns,
      longRun: longRun, settings: settings, periods: periods, dates: dates, batches: batches)
  }
}

extension ExactValues {
  /// What is known of a profile's paths.
  init(_ exact: PathExact, _ plan: PathPlan, _ index: Int) {
    columns = exact.columns
    autocorrelations = exact.autocorrelations
    durations = exact.durations
    certainty = exact.certainty
    // From elsewhere dates are on their way to the long run, however many paths there are.
    testsLongRun = plan.settings.start == .longRun
    guard let law = exact.longRun else { return }
    states = law.states
    let reader = plan.played[index].reader
    means = plan.quantities.indices.map { reader.mean($0, law: law.cells) }
    shares = plan.events.map { event in
      law.states.indices.reduce(0) { $0 + (event.states[$1] ? law.states[$1] : 0) }
    }
  }
}
