public import Environments

/// One known stationary equilibrium, or one connected set of them, with its certificate.
public struct KnownEquilibrium: Sendable {
  /// 1, 2, … in the order that `KnownEquilibria` states.
  public let id: Int
  /// The equilibrium; of a continuum one that stands for it.
  public let profile: Profile
  /// Every equilibrium known of this entry, `profile` first: one unless found as a continuum by
  /// search. For entries of separate states see `components`, which hold whole polytopes.
  public let points: [Profile]
  /// For games of separate states, which component of each state's set this is; otherwise nil.
  public let components: [Int]?
  /// Whether the entry stands for infinitely many equilibria, whose values may differ.
  public let isContinuum: Bool
  /// Value of each player under the initial law, at `profile`.
  public let initialValues: [Double]
  /// `profile` judged from scratch, by nothing that found it.
  public let certificate: Certificate
  /// What found it first.
  public let origin: String
  /// How many attempts led here, mirror images included.
  public let hits: Int
  /// Whether the entry is its own mirror image; nil for a game without mirror.
  public let isSymmetric: Bool?
  /// The id of its mirror image, its own if symmetric; nil for a game without mirror, or if the
  /// image is not in the list.
  public let image: Int?

  /// `E1`, `E2`, …
  public var label: String { "E\(id)" }

  /// The label of the entry and its mirror image together: `E2/E3`, or `E1` where they are one.
  public var classLabel: String {
    guard let image, image != id else { return label }
    return "E\(min(id, image))/E\(max(id, image))"
  }
}

/// A certified profile on its way into a list.
struct EquilibriumCandidate: Sendable {
  var profile: Profile
  var certificate: Certificate
  var origin: String
}

/// Largest total variation distance of two profiles over players and states.
func largestTotalVariation(_ first: Profile, _ second: Profile) -> Double {
  var largest = 0.0
  for (one, other) in zip(first.policies, second.policies) {
    for state in 0..<one.stateCount {
      var sum = 0.0
      for entry in one.offsets[state]..<one.offsets[state + 1] {
        sum += abs(one.probabilities[entry] - other.probabilities[entry])
      }
      largest = max(largest, sum / 2)
    }
  }
  return largest
}

/// The profile that mixes two, state by state: (1 − share) first + share second.
func mixture(_ first: Profile, _ second: Profile, share: Double) -> Profile {
  var mixed = first
  for player in mixed.policies.indices {
    for entry in mixed[player].probabilities.indices {
      mixed[player].probabilities[entry] =
        (1 - share) * first[player].probabilities[entry]
        + share * second[player].probabilities[entry]
    }
  }
  return mixed
}
