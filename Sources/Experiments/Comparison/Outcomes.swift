internal import Environments
internal import Equilibria
internal import Statistics

/// Equilibria that play alike, as one outcome.
///
/// Equilibria often differ only at states that their play hardly ever visits. Two are one outcome if
/// their values under the initial law differ by no more than ε payoff ranges, for every player, and
/// the occupancy-weighted distance from one to the other is within the matching rule's; outcomes are
/// the connected groups. Which member of its group a seed is nearest to hangs on states that it does
/// not visit.
public struct Outcome: Encodable, Sendable, Equatable {
  /// `E4`, or `E5–E9` for a group.
  public var label: String
  /// The labels of its members.
  public var members: [String]
  /// Values under the initial law of the first member, per player.
  public var valueInitial: [Double]
  /// Whether all members are their own mirror images; null for games without mirror.
  @OrNull public var symmetric: Bool?
  /// Seeds that selected a member.
  public var count: Int
  /// Their share of all seeds.
  public var share: Double
  /// Lower end of its 95% Wilson interval.
  public var low: Double
  /// Upper end.
  public var high: Double

  enum CodingKeys: String, CodingKey {
    case label, members, symmetric, count, share, low, high
    case valueInitial = "value_initial"
  }
}

extension KnownEquilibria {
  /// The ids of the listed equilibria by outcome, in order.
  ///
  /// - Throws: what matching throws.
  func outcomes(_ rule: MatchRule) throws -> [[Int]] {
    var group = Array(0..<entries.count)
    func root(_ index: Int) -> Int { group[index] == index ? index : root(group[index]) }
    for (index, entry) in entries.enumerated() {
      let match = try match(entry.profile, rule: rule, certificate: entry.certificate)
      for id in match.contenders
      where zip(entry.initialValues, entries[id - 1].initialValues).allSatisfy({
        abs($0 - $1) <= rule.epsilon * game.payoffRange
      }) {
        let (a, b) = (root(index), root(id - 1))
        group[max(a, b)] = min(a, b)
      }
    }
    return Dictionary(grouping: entries.indices, by: root).values.map { $0.map { $0 + 1 }.sorted() }
      .sorted { $0[0] < $1[0] }
  }
}

extension SelectionFrequencies {
  /// The frequencies by outcome; the rows as they are where equilibria are not listed.
  ///
  /// - Throws: what matching throws.
  func byOutcome(_ known: KnownEquilibria) throws -> [Outcome] {
    guard known.isListed else {
      return equilibria.map {
        Outcome(
          label: $0.label, members: [$0.label], valueInitial: $0.initialValues,
          symmetric: $0.isSymmetric, count: $0.count, share: $0.share, low: $0.low, high: $0.high)
      }
    }
    return try known.outcomes(rule).map { ids in
      let entries = ids.map { known.entries[$0 - 1] }
      let count = ids.reduce(0) { $0 + equilibria[$1 - 1].count }
      let interval = try wilsonInterval(successes: count, trials: trials, confidence: confidence)
      return Outcome(
        label: Self.label(ids), members: entries.map(\.label),
        valueInitial: entries[0].initialValues,
        symmetric: entries[0].isSymmetric.map { _ in
          entries.allSatisfy { $0.isSymmetric == true }
        }, count: count, share: interval.estimate, low: interval.low, high: interval.high)
    }
  }

  /// `E1`, `E5–E9`, `E2,E4`.
  private static func label(_ ids: [Int]) -> String {
    let (first, last) = (ids[0], ids[ids.count - 1])
    if ids.count > 2, last - first == ids.count - 1 { return "E\(first)–E\(last)" }
    return ids.map { "E\($0)" }.joined(separator: ",")
  }
}
