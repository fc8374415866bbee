internal import Environments
internal import Equilibria

/// A profile with what the exact side says of it.
struct JudgedPolicy {
  let profile: Profile
  let certificate: Certificate
  let verdict: PolicyVerdict

  /// Judges a profile.
  ///
  /// - Throws: what the certificate throws.
  init(_ game: StochasticGame, _ profile: Profile) throws {
    self.profile = profile
    certificate = try Certificate(game, profile)
    verdict = try PolicyVerdict(game, profile, certificate)
  }
}

/// A profile and what it is worth, under a name: what tables and arrays of policies are made of.
struct ValuedPolicy {
  let name: String
  let profile: Profile
  /// `[player][state]`.
  let values: [[Double]]
  /// What each player would gain by deviating, `[player][state]`; nil if nobody looked.
  let gains: [[Double]]?

  init(name: String, profile: Profile, values: [[Double]], gains: [[Double]]?) {
    self.name = name
    self.profile = profile
    self.values = values
    self.gains = gains
  }

  init(_ name: String, _ judged: JudgedPolicy) {
    self.init(
      name: name, profile: judged.profile, values: judged.certificate.values,
      gains: judged.certificate.deviationGains)
  }
}

extension SeedFolder {
  /// Writes what a seed has learned: `policy.csv`, `values.csv` and `policy.npz`.
  ///
  /// - Throws: `FileError`.
  func write(
    _ policies: [ValuedPolicy], of game: StochasticGame,
    adding extras: (inout NPZFile) -> Void = { _ in }
  ) throws {
    try writeAtomically(
      PolicyTable.csv(game, policies.map { ($0.name, $0.profile) }), to: policyPath)
    try writeAtomically(ValueTable.csv(game, policies), to: valuePath)
    var arrays = PolicyArrays.arrays(game, policies, along: .policies)
    extras(&arrays)
    try writeAtomically(arrays.data(path: policyArraysPath), to: policyArraysPath)
  }
}
