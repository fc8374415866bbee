internal import Configuration
internal import Environments
public import Equilibria
internal import Foundation
internal import Statistics

/// What `lab solve --equilibrium K` prints: one equilibrium, rebuilt from its string.
public struct DirectionalEquilibriumDocument: Encodable, Sendable {
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
  /// Of every player where payoffs are tallied; with alternating moves on firm 1's turn.
  var payoffs: [Double]
  /// Where: `the apex`, or a state with its label.
  var payoffs_at: String
  @OrNull var turn: Int?
  @OrNull var efficiency: Double?
  var certificate: CertificateSummary
  /// In solving order, the end game first.
  var states: [DirectionalPortrait.State]
  /// Play under the equilibrium, drawn with `seed`.
  var path: DirectionalPath
  var seed: UInt64
  var seconds: Double

  private let rows: [[[String]]]
  private let header: [String]

  enum CodingKeys: String, CodingKey {
    case schema, command, game, parameters, status, equilibrium, string, payoffs, payoffs_at, turn
    case efficiency, certificate, states, path, seed, seconds
  }

  /// Most periods of the path.
  private static let periods = 200

  /// Finds the string of a number and rebuilds that equilibrium from it.
  ///
  /// - Complexity: the strings before it are passed, on all threads.
  /// - Throws: `ConfigurationError` if there are not so many equilibria; `TrainingStop` if interrupted
  ///   or out of time.
  public init(
    _ configuration: DirectionalConfiguration, number: Int, options: DirectionalOptions,
    interruption: Interruption = Interruption(), progress: @escaping @Sendable (String) -> Void
  ) throws {
    try DirectionalSolution.checkSize(configuration)
    try self.init(
      configuration, configuration.subject, number: number, options: options,
      interruption: interruption, progress: progress)
  }

  private init<Subject: DirectionalSubject>(
    _ configuration: DirectionalConfiguration, _ subject: Subject, number: Int,
    options: DirectionalOptions, interruption: Interruption,
    progress: @escaping @Sendable (String) -> Void
  ) throws {
    let began = Date()
    let limits = options.limits.or(configuration.solver.limits)
    let string = try subject.string(
      at: number, asked: configuration.solver.asked(), seconds: limits.seconds,
      threads: options.threads, interruption: interruption, progress: progress)
    let found = try subject.equilibrium(string: string)
    let judgement = try subject.judge(found)
    let portrait = subject.portrait(found)
    game = configuration.family.name
    parameters = configuration.gameParameters
    status = judgement.isCertified ? .converged : .uncertified
    equilibrium = number
    self.string = portrait.string
    payoffs = portrait.payoffs
    payoffs_at = subject.place
    turn = subject.turn
    if let surplus = judgement.surplus, let planner = subject.planner {
      efficiency = planner == 0 ? 1 : surplus / planner
    }
    certificate = CertificateSummary(
      largest_gain: max(0, judgement.largestGain),
      largest_choice_error: judgement.largestChoiceError, value_gap: judgement.valueGap,
      tolerance: judgement.tolerance, certified: judgement.isCertified)
    states = portrait.states
    (header, rows) = (portrait.header, portrait.rows)
    seed = configuration.header.seed
    var stream = RandomStream(
      seed: seed, role: .simulation, index: 0, generator: configuration.header.generator)
    path = subject.path(found, periods: Self.periods, using: &stream)
    seconds = -began.timeIntervalSinceNow
  }

  /// States in the table.
  private static let shown = 60

  /// The equilibrium for a person.
  public func text(_ configuration: DirectionalConfiguration) -> String {
    var lines = ["\(configuration.title): equilibrium \(grouped(equilibrium))", ""]
    var table = TextTable(header + ["choice"])
    // Where play begins comes first.
    for (state, lines) in zip(states, rows).reversed().prefix(Self.shown) {
      for (place, row) in lines.enumerated() {
        table.add(row + [place == 0 ? "\(state.digit) of \(state.base)" : ""])
      }
    }
    lines.append(table.text)
    if states.count > Self.shown {
      lines.append("(\(grouped(states.count - Self.shown)) more states; --json has all)")
    }
    lines += ["", paragraph("string:      ", string.map { "\($0)" }.joined(separator: ","))]
    lines.append(
      paragraph(
        "payoffs:     ",
        "\(payoffs.map { decimal($0, 7).trimmedZeros }.joined(separator: ", ")) at \(payoffs_at)"
          + (turn == nil ? "" : ", firm 1 to move")
          + (efficiency.map { "; efficiency \(decimal($0, 6).trimmedZeros)" } ?? "")))
    lines.append(paragraph("path:        ", path.text + " (seed \(seed))"))
    lines.append(
      paragraph(
        "certificate: ",
        "largest one-shot gain \(tableNumber(certificate.largest_gain)), values to "
          + "\(tableNumber(certificate.value_gap))"
          + (certificate.certified ? "" : "; NOT an equilibrium")))
    return lines.joined(separator: "\n")
  }

  /// Draws the path of play; see `Plot.path`.
  public func plot(_ configuration: DirectionalConfiguration, file: String) throws -> Plot.Outcome {
    try Plot.path(
      path,
      title: "\(configuration.title): play under equilibrium \(grouped(equilibrium)) "
        + "(seed \(seed))", to: Plot.Target(file: file))
  }
}

extension DirectionalSubject {
  /// The string of the equilibrium of a number, from 0.
  ///
  /// - Parameter asked: where the number comes from.
  /// - Throws: `ConfigurationError` if there are not so many or `seconds` do not suffice;
  ///   `TrainingStop` if interrupted.
  func string(
    at number: Int, asked: (key: String, position: Position), seconds: Double?, threads: Int,
    interruption: Interruption,
    progress: @escaping @Sendable (String) -> Void
  ) throws -> [Int] {
    func refusal(_ rule: String) -> ConfigurationError {
      ConfigurationError(
        asked.position, key: asked.key, value: "\(number)", rule: rule)
    }
    var limits = EnumerationLimits()
    limits.maximumEquilibria = UInt128(number)
    limits.maximumPayoffs = 0
    limits.seconds = seconds
    let outcome = try enumerate(
      limits, resuming: nil, threads: threads, isCancelled: { interruption.isRequested },
      progress: { progress("passed \(grouped($0)) equilibria") })
    if outcome.status == .interrupted { throw TrainingStop.stopped }
    let count = outcome.tally.count
    guard let next = outcome.next else {
      throw refusal(
        count == 1
          ? "there is only one equilibrium, number 0"
          : "there are \(grouped(count)) equilibria, numbered from 0 to \(grouped(count - 1))")
    }
    guard count == UInt128(number) else {
      throw refusal(
        "was not reached before the time limit, which passed \(grouped(count)); raise the time limit"
      )
    }
    return next
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
