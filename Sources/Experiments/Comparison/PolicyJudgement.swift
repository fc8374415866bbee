internal import Environments
internal import Equilibria
internal import Foundation

/// Policies from a table, whoever made them, judged exactly.
public struct PolicyJudgement: Encodable, Sendable {
  /// One profile of the table.
  public struct Judged: Encodable, Sendable {
    /// Its name in the table.
    public var policy: String
    /// NashConv, deviation gains and values.
    public var verdict: PolicyVerdict
    /// Its certificate.
    public var certificate: CertificateDocument
    /// The nearest known equilibrium's label; null if none is known.
    @OrNull public var nearest: String?
    /// Occupancy-weighted distance to it; null if none is known.
    @OrNull public var distance: Double?
    /// The equilibrium selected; null for none.
    @OrNull public var selected: String?
  }

  var schema = "equilibrium-lab/compare-policy/1"
  var command = "compare"
  /// The table.
  public let file: String
  /// The game, with its scenario.
  public let game: String
  /// Which equilibria were looked for.
  public let against: String
  /// The known equilibria.
  public let equilibria: KnownDocument
  /// The table's policies, by name.
  public let policies: [Judged]
  private let start: String

  enum CodingKeys: String, CodingKey {
    case schema, command, file, game, against, equilibria, policies
  }

  /// Reads and judges a table.
  ///
  /// - Throws: `FileError` naming the line of what does not fit; what solvers throw.
  public init(
    file: String, configuration: ExperimentConfiguration, options: CompareOptions,
    interruption: Interruption, progress: ProgressDisplay
  ) throws {
    let table = try PolicyTable.read(file, game: configuration.game)
    let names = table.keys.sorted()
    let known = try options.equilibria(
      configuration, from: names.map { table[$0]! }, progress: progress,
      interruption: interruption)
    self.file = file
    game = configuration.title
    against = options.against.rawValue
    equilibria = KnownDocument(known)
    start = startName(configuration.game)
    policies = try names.map { name in
      let profile = table[name]!
      let certificate = try Certificate(configuration.game, profile)
      let match = try known.match(profile, rule: options.rule, certificate: certificate)
      return Judged(
        policy: name, verdict: try PolicyVerdict(configuration.game, profile, certificate),
        certificate: CertificateDocument(certificate), nearest: match.label,
        distance: match.distance, selected: match.selected)
    }
  }

  /// The table a person reads.
  public var text: String {
    var table = TextTable([file] + policies.map(\.policy))
    func row(_ label: String, _ value: (Judged) -> String) {
      table.add([label] + policies.map(value))
    }
    row("NashConv at \(start)") { tableNumber($0.verdict.nashConv) }
    row("NashConv at the worst state") { tableNumber($0.verdict.nashConvWorst) }
    row("NashConv on the path of play") { tableNumber($0.verdict.nashConvOnPath) }
    for player in policies.first?.verdict.valueInitial.indices ?? 0..<0 {
      row("gain from deviating, player \(player + 1)") {
        tableNumber($0.verdict.deviationGains[player])
      }
      row("value of player \(player + 1) at \(start)") {
        tableNumber($0.verdict.valueInitial[player])
      }
    }
    row("nearest equilibrium") { $0.nearest ?? "none known" }
    row("distance to it") { $0.distance.map(tableNumber) ?? "" }
    row("selects") { $0.selected ?? "none" }
    var lines = [game, "", table.text, ""]
    lines.append("equilibria known: \(equilibria.completeness) (\(equilibria.note))")
    for entry in equilibria.entries {
      let values = entry.valueInitial.map(tableNumber).joined(separator: ", ")
      let symmetric = entry.symmetric == true ? ", symmetric" : ""
      lines.append("  \(entry.label): values \(values)\(symmetric); \(entry.origin)")
    }
    for judged in policies {
      lines.append("certificate of \(judged.policy): \(judged.certificate.text)")
    }
    return lines.joined(separator: "\n")
  }
}
