import Environments
import Equilibria
import Learners
import Statistics
import Testing

/// Two players take a path of their own; both are the same sums in the same order as the exact
/// evaluation, so the bits agree.
@Test func `action values from tables are those of the exact evaluation`() throws {
  let two = try StochasticGame(
    actionCounts: [[3, 2], [1, 4], [2, 2]], discounts: [0.9, 0.7], initial: [1, 0, 0]
  ) { state, joint, row in
    row.pay(0, Double(joint[0] * 3 - joint[1]) + 0.3)
    row.pay(1, Double(joint[1] * 2 - state) / 7)
    row.move(to: (state + joint[0]) % 3, probability: 0.3)
    row.move(to: (joint[1] + 1) % 3, probability: 0.7)
  }
  for game in [two, try threePlayers(), try ring(discount: 0.5, slip: 0.25), try smallRace()] {
    let model = ModelTables(game)
    var profile = game.uniformProfile
    var stream = RandomStream(seed: 5, role: .generation)
    for player in 0..<game.playerCount {
      for state in 0..<game.stateCount {
        var law = profile[player].law(at: state).map { _ in stream.uniform() }
        // A rival action that is never played is skipped.
        if law.count > 1 { law[stream.index(below: law.count)] = 0 }
        let total = law.reduce(0, +)
        profile[player].setLaw(law.map { $0 / total }, at: state)
      }
    }
    var values: [Double] = []
    for _ in 0..<game.stateCount { values.append(stream.uniform() - 0.5) }
    for player in 0..<game.playerCount {
      let expected = game.actionValues(of: player, against: profile, values: values)
      let offsets = game.policyOffsets(player)
      withLaws(profile) { laws in
        var worth = [Double](repeating: .nan, count: offsets.last!)
        for state in 0..<game.stateCount {
          worth.withUnsafeMutableBufferPointer {
            model.actionValues(
              of: player, at: state, against: laws, values: values,
              into: $0.baseAddress! + offsets[state])
          }
        }
        #expect(worth == expected)
      }
    }
  }
}

/// A profile as the tables of laws that learners from the model are given.
private func withLaws(_ profile: Profile, _ body: (UnsafePointer<UnsafePointer<Double>>) -> Void) {
  let tables = profile.policies.map { policy in
    let table = UnsafeMutablePointer<Double>.allocate(capacity: policy.probabilities.count)
    table.initialize(from: policy.probabilities, count: policy.probabilities.count)
    return table
  }
  defer { tables.forEach { $0.deallocate() } }
  tables.map { UnsafePointer($0) }.withUnsafeBufferPointer { body($0.baseAddress!) }
}
