internal import Environments
internal import Equilibria
internal import Foundation

/// What a learned policy came to, judged exactly.
public struct PolicyVerdict: Codable, Sendable, Equatable {
  /// NashConv under the game's initial law.
  public var nashConv: Double
  /// Largest NashConv of any state.
  public var nashConvWorst: Double
  /// NashConv on the path of play: each player's gain weighed by the policies' own discounted
  /// occupancy of states from the initial law.
  public var nashConvOnPath: Double
  /// What each player gains by deviating, under the initial law.
  public var deviationGains: [Double]
  /// Value of each player under the initial law.
  public var valueInitial: [Double]

  enum CodingKeys: String, CodingKey {
    case nashConv = "nash_conv"
    case nashConvWorst = "nash_conv_worst"
    case nashConvOnPath = "nash_conv_on_path"
    case deviationGains = "deviation_gains"
    case valueInitial = "value_initial"
  }

  /// Judges a profile.
  ///
  /// - Throws: what the certificate throws.
  init(_ game: StochasticGame, _ profile: Profile) throws {
    let certificate = try Certificate(game, profile)
    try self.init(game, profile, certificate)
  }

  /// Reads a profile's certificate.
  init(_ game: StochasticGame, _ profile: Profile, _ certificate: Certificate) throws {
    nashConv = certificate.nashConv(under: game.initial)
    nashConvWorst = certificate.nashConv.max() ?? 0
    deviationGains = certificate.deviationGains.map { dot(game.initial, $0) }
    valueInitial = certificate.values.map { dot(game.initial, $0) }
    nashConvOnPath = certificate.nashConv(onPath: try game.discountedOccupancies(of: profile))
  }
}

/// Why training ended.
public struct StopOutcome: Codable, Sendable, Equatable {
  /// The rule in force: steps, policy-unchanged or nash-conv.
  public var rule: String
  /// Whether the rule's condition was met; with `steps`, always.
  public var isMet: Bool

  enum CodingKeys: String, CodingKey {
    case rule
    case isMet = "met"
  }
}

/// What a finished seed leaves behind.
public struct SeedSummary: Codable, Sendable, Equatable {
  /// The seed.
  public var seed: UInt64
  /// Steps trained.
  public var steps: Int
  /// Why training ended there.
  public var stop: StopOutcome
  /// Whether the stopping rule was met, or, where training goes on for all its steps, no policy
  /// changed during the last tenth of them.
  public var converged: Bool
  /// The step after which a policy last changed.
  public var lastPolicyChange: Int
  /// The policies at the end.
  public var last: PolicyVerdict
  /// The average policies.
  public var average: PolicyVerdict
  /// The policies with the least NashConv under the initial law of all that were judged.
  public var best: PolicyVerdict
  /// The step at which those were judged.
  public var bestStep: Int
  /// Economic measures of the last policies' play in the long run, begun where training ended, by
  /// name; empty for games without.
  public var measures: [String: Double]
  /// Largest weight of the learners' linear functions at the end; nil for tables.
  public var largestWeight: Double?
  /// Where play stood when training ended; nil where nothing was played.
  public var finalState: Int?

  enum CodingKeys: String, CodingKey {
    case seed, steps, stop, converged, last, average, best, measures
    case lastPolicyChange = "last_policy_change"
    case finalState = "final_state"
    case largestWeight = "largest_weight"
    case bestStep = "best_step"
  }

  /// The verdict on a policy by its name.
  public subscript(policy: String) -> PolicyVerdict {
    switch policy {
    case "average": average
    case "best": best
    default: last
    }
  }

  /// The names of the policies judged, in the order of tables.
  public static let policies = ["last", "average", "best"]
}

/// The best policy so far, as a checkpoint keeps it.
struct BestPolicy: Codable {
  /// NashConv under the initial law.
  var nashConv: Double
  /// The step at which it was judged.
  var step: Int
  /// The players' laws, flat.
  var laws: [[Double]]

  /// The profile.
  func profile(_ game: StochasticGame) -> Profile {
    Profile(
      laws.enumerated().map { Policy(offsets: game.policyOffsets($0), probabilities: $1) })
  }
}
