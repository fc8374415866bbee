internal import Configuration
internal import Environments
public import Equilibria
internal import Foundation

/// What `lab solve --equilibrium K` prints: one equilibrium, rebuilt from its string.
public struct DirectionalEquilibriumDocument: Encodable, Sendable {
  /// One state.
  struct State: Encodable, Sendable {
    /// c1, c2, c.
    var costs: [Double]
    /// V1, V2; with alternating moves on firm 1's turn, then on firm 2's.
    var values: [[Double]]
    /// Probabilities of investing; with alternating moves each on the firm's own turn.
    var invest: [Double]
    /// Which equilibrium of the stage game this is, from 0.
    var digit: Int
    /// How many the stage game has.
    var base: Int
  }

  /// Deviations of one shot at every state.
  struct CertificateSummary: Encodable, Sendable {
    var largest_gain: Double
    var largest_choice_error: Double
    var value_gap: Double
    var tolerance: Double
    var certified: Bool
  }

  var schema = "equilibrium-lab/solve-directional-equilibrium/1"
  var command = "solve"
  var game: String
  var parameters: ParameterSet
  /// How it ended; decides the exit code.
  public var status: SolverStatus
  /// From 0, in the order of the enumeration.
  var equilibrium: Int
  /// Its digits, the end game's first.
  var string: [Int]
  /// V1 and V2 at the apex; with alternating moves on firm 1's turn.
  var payoffs: [Double]
  @OrNull var turn: Int?
  var efficiency: Double
  var certificate: CertificateSummary
  var states: [State]
  var seconds: Double

  /// Finds the string of a number and rebuilds that equilibrium from it.
  ///
  /// - Complexity: the strings before it are passed, on all threads.
  /// - Throws: `ConfigurationError` if there are not so many equilibria; `TrainingStop` if interrupted
  ///   or out of time.
  public init(
    _ configuration: DirectionalConfiguration, number: Int, options: DirectionalOptions,
    interruption: Interruption = Interruption(), progress: @escaping @Sendable (String) -> Void
  ) throws {
    let began = Date()
    let duopoly = configuration.duopoly
    try DirectionalSolution.checkSize(configuration)
    var limits = EnumerationLimits()
    limits.maximumEquilibria = UInt128(number)
    limits.maximumPayoffs = 0
    limits.seconds = options.limits.or(configuration.solver.limits).seconds
    let outcome = try duopoly.enumerateEquilibria(
      limits: limits, threads: options.threads, isCancelled: { interruption.isRequested },
      progress: { progress("passed \(spaced($0)) equilibria") })
    if outcome.status == .interrupted { throw TrainingStop.stopped }
    guard let next = outcome.next else {
      let count = outcome.tally.count
      throw ConfigurationError(
        Position(source: "command line"), key: "--equilibrium", value: "\(number)",
        rule: count == 1
          ? "there is only one equilibrium, number 0"
          : "there are \(spaced(count)) equilibria, numbered from 0 to \(spaced(count - 1))")
    }
    guard outcome.tally.count == UInt128(number) else {
      throw ConfigurationError(
        Position(source: "command line"), key: "--equilibrium", value: "\(number)",
        rule: "was not reached before the time limit, which passed \(spaced(outcome.tally.count)); "
          + "raise --time-limit")
    }
    let found = try duopoly.equilibrium(string: next)
    let certificate = try LeapfroggingCertificate(duopoly, found.probabilities)
    game = configuration.family.name
    parameters = configuration.gameParameters
    status = certificate.isCertified ? .converged : .uncertified
    equilibrium = number
    string = found.string
    payoffs = found.values[found.values.count - 1][0].map(withoutDust)
    turn = duopoly.moves == .alternating ? 1 : nil
    let space = configuration.space
    let turns = duopoly.moves == .alternating ? 2 : 1
    let planner = duopoly.plannerValue()
    efficiency = planner == 0 ? 1 : certificate.surplus[turns * space.apex] / planner
    self.certificate = CertificateSummary(
      largest_gain: max(0, certificate.largestGain),
      largest_choice_error: certificate.largestChoiceError,
      value_gap: found.gap(to: certificate), tolerance: certificate.tolerance,
      certified: certificate.isCertified)
    states = space.points.enumerated().map { index, point in
      State(
        costs: [point.first, point.second, point.best].map { duopoly.costs[$0] },
        values: found.values[index].map { $0.map(withoutDust) }, invest: found.probabilities[index],
        digit: found.string[index],
        base: found.bases[index])
    }
    seconds = -began.timeIntervalSinceNow
  }

  /// States in the table.
  private static let rows = 60

  /// The equilibrium for a person.
  public func text(_ configuration: DirectionalConfiguration) -> String {
    var lines = ["\(configuration.title): equilibrium \(spaced(UInt128(equilibrium)))", ""]
    let turns = states[0].values.count
    var header = ["c1", "c2", "c", "invest 1", "invest 2"]
    header +=
      turns == 1 ? ["value 1", "value 2"] : ["V1 turn 1", "V2 turn 1", "V1 turn 2", "V2 turn 2"]
    header.append("choice")
    var table = TextTable(header)
    // Where play begins comes first.
    for state in states.reversed().prefix(Self.rows) {
      table.add(
        state.costs.map(compactDecimal) + state.invest.map { tableNumber($0).trimmedZeros }
          + state.values.flatMap { $0.map { decimal($0, turns == 1 ? 6 : 4).trimmedZeros } }
          + ["\(state.digit) of \(state.base)"])
    }
    lines.append(table.text)
    if states.count > Self.rows {
      lines.append("(\(states.count - Self.rows) more states; --json has all)")
    }
    lines += ["", paragraph("string:      ", string.map { "\($0)" }.joined(separator: ","))]
    lines.append(
      paragraph(
        "payoffs:     ",
        "\(payoffs.map { decimal($0, 7).trimmedZeros }.joined(separator: ", ")) at the apex"
          + (turn == nil ? "" : ", firm 1 to move")
          + "; efficiency \(decimal(efficiency, 6).trimmedZeros)"))
    lines.append(
      paragraph(
        "certificate: ",
        "largest one-shot gain \(tableNumber(certificate.largest_gain)), values to "
          + "\(tableNumber(certificate.value_gap))"
          + (certificate.certified ? "" : "; NOT an equilibrium")))
    return lines.joined(separator: "\n")
  }
}

/// A head of 13 letters and a text beside it, at most 80 columns wide; long words are broken.
func paragraph(_ head: String, _ text: String) -> String {
  let words = text.split(separator: " ").map { word -> String in
    stride(from: 0, to: word.count, by: 66).map { start in
      String(word.dropFirst(start).prefix(66))
    }.joined(separator: " ")
  }
  let margin = String(repeating: " ", count: 13)
  return head
    + wrap(words.joined(separator: " "), width: 66).replacing("\n", with: "\n\(margin)")
}
