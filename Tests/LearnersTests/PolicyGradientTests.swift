import Environments
import Equilibria
import Foundation
import Statistics
import Testing

@testable import Learners

/// What one round with step 1 adds to a player's logits (softmax forms).
private func move(
  _ parameterisation: String, _ game: StochasticGame, _ profile: Profile, _ player: Int
) throws -> [Double] {
  let model = ModelTables(game)
  var stream = RandomStream(seed: 1, role: .agent)
  var learner = try PolicyGradient(
    try resolved("{step: 1, parameterisation: \(parameterisation)}", PolicyGradient.parameters),
    model: model, player: player, rounds: 10, using: &stream)
  try learner.start(from: try StartingPoint(profile, player: player, game: game))
  let before = learner.logits
  _ = revised(&learner, profile, player)
  return zip(learner.logits, before).map { $0 - $1 }
}

/// The law of the next round after everybody played `profile`.
private func revised(_ learner: inout PolicyGradient, _ profile: Profile, _ player: Int)
  -> [Double]
{
  var law = [Double](repeating: 0, count: profile[player].probabilities.count)
  let blocks = profile.policies.map { policy in
    let block = UnsafeMutablePointer<Double>.allocate(capacity: policy.probabilities.count)
    block.initialize(from: policy.probabilities, count: policy.probabilities.count)
    return UnsafePointer(block)
  }
  blocks.withUnsafeBufferPointer {
    learner.revise(round: 1, given: $0.baseAddress!, into: &law)
  }
  for block in blocks { block.deallocate() }
  return law
}

/// Differences have an error of about 1e-8 (`differenceGradient`); a gradient's largest entry is
/// of order 1.
@Test(arguments: [false, true])
func `the gradient agrees with differences of the exact value`(grows: Bool) throws {
  let game = try endingGame(grows: grows)
  let profile = interiorProfile(game)
  for player in 0..<3 {
    let found = try move("softmax", game, profile, player)
    let expected = try differenceGradient(game, profile, player)
    let size = expected.map { abs($0) }.max()!
    #expect(size > 0.05)
    for (f, e) in zip(found, expected) { #expect(abs(f - e) <= 1e-6 * size) }
  }
}

@Test func `the entropy's gradient agrees with differences of the entropy`() throws {
  let game = try endingGame()
  let profile = interiorProfile(game)
  let occupancy = try visits(game, profile, 0)
  let with = try move("{kind: softmax, entropy: 1}", game, profile, 0)
  let without = try move("softmax", game, profile, 0)
  let policy = profile[0]
  let logits = policy.probabilities.map { log($0) }
  for state in 0..<3 {
    for entry in policy.offsets[state]..<policy.offsets[state + 1] {
      let entropies = [1e-4, -1e-4].map { shift in
        var moved = logits
        moved[entry] += shift
        return -softmax(moved, like: policy).law(at: state).reduce(0) { $0 + $1 * log($1) }
      }
      let slope = (entropies[0] - entropies[1]) / 2e-4
      #expect(abs(with[entry] - without[entry] - occupancy[state] * slope) < 1e-7)
    }
  }
}

/// Σ γᵗ Pr(sₜ = s) by 400 steps of the chain (γ ≤ 0.9: what is left out is below 1e-17).
private func visits(_ game: StochasticGame, _ profile: Profile, _ player: Int) throws -> [Double] {
  let matrix = game.transitionMatrix(under: profile)
  var law = game.initial
  var sum = law
  for _ in 0..<400 {
    var next = [Double](repeating: 0, count: game.stateCount)
    for from in law.indices where !game.isTerminal[from] {
      for to in law.indices {
        next[to] += game.discounts[player] * law[from] * matrix[from * law.count + to]
      }
    }
    law = next
    sum = zip(sum, law).map { $0 + $1 }
  }
  return sum
}

@Test func `values and visits are exact`() throws {
  for grows in [false, true] {
    let game = try endingGame(grows: grows)
    let profile = interiorProfile(game)
    let values = try game.values(of: profile)
    for player in 0..<3 {
      let evaluation = LawEvaluation(ModelTables(game), player: player, from: game.initial)
      var laws = profile.policies.map { policy in
        let block = UnsafeMutablePointer<Double>.allocate(capacity: policy.probabilities.count)
        block.initialize(from: policy.probabilities, count: policy.probabilities.count)
        return UnsafePointer(block)
      }
      evaluation.evaluate(&laws)
      for block in laws { block.deallocate() }
      let chain = try visits(game, profile, player)
      for state in 0..<4 {
        #expect(abs(evaluation.values[state] - values[player][state]) < 1e-13)
        // Visits count growth, which the plain chain does not.
        if !grows && state < 3 { #expect(abs(evaluation.occupancy[state] - chain[state]) < 1e-13) }
      }
    }
  }
}

/// Natural: the advantages, whatever the occupancy. Direct: the projection of π + d W, here by the
/// condition that names it, (x − p)·(v − p) ≤ 0 at every vertex v.
@Test func `natural and direct steps are what they are said to be`() throws {
  let game = try endingGame()
  let profile = interiorProfile(game)
  for player in 0..<3 {
    let point = try StartingPoint(profile, player: player, game: game)
    let natural = try move("{kind: softmax, natural: true, entropy: 0.3}", game, profile, player)
    let policy = profile[player]
    for state in 0..<3 {
      let law = policy.law(at: state)
      let entropy = -law.reduce(0) { $0 + $1 * log($1) }
      for (action, p) in law.enumerated() {
        let entry = policy.offsets[state] + action
        let advantage = point.actionValues[entry] - point.values[state]
        #expect(abs(natural[entry] - (advantage - 0.3 * (log(p) + entropy))) < 1e-12)
      }
    }
    var stream = RandomStream(seed: 1, role: .agent)
    var learner = try PolicyGradient(
      try resolved("{step: 0.4, parameterisation: direct}", PolicyGradient.parameters),
      model: ModelTables(game), player: player, rounds: 10, using: &stream)
    try learner.start(from: point)
    let found = revised(&learner, profile, player)
    let d = try visits(game, profile, player)
    for state in 0..<3 {
      let range = policy.offsets[state]..<policy.offsets[state + 1]
      let p = Array(found[range])
      #expect(abs(p.reduce(0, +) - 1) < 1e-14)
      #expect(p.allSatisfy { $0 >= 0 })
      let x = range.map { policy.probabilities[$0] + 0.4 * d[state] * point.actionValues[$0] }
      for vertex in p.indices {
        let slope = p.indices.reduce(0.0) {
          $0 + (x[$1] - p[$1]) * (($1 == vertex ? 1 : 0) - p[$1])
        }
        #expect(slope <= 1e-13)
      }
    }
  }
}

/// By hand, and for 20,000 random points (many with entries at or within rounding of the edge of the
/// support) by what makes a point the nearest: (x − p)·(v − p) ≤ 0 at every vertex v.
@Test func `projection onto the laws`() {
  func projected(_ x: [Double]) -> [Double] {
    var x = x
    projectOntoSimplex(&x, count: x.count)
    return x
  }
  #expect(projected([0.25, 0.75]) == [0.25, 0.75])
  #expect(projected([3, 1]) == [1, 0])
  #expect(projected([7]) == [1])
  #expect(projected([0.5, 0.5, -4]) == [0.5, 0.5, 0])
  #expect(projected([1.5, 1, 0]) == [0.75, 0.25, 0])  // τ = 0.75.
  #expect(projected([1e12 + 0.5, 1e12]) == [0.75, 0.25])
  var stream = RandomStream(seed: 4, role: .generation)
  for trial in 0..<20_000 {
    let count = 2 + trial % 5
    var x = (0..<count).map { _ in stream.uniform() }
    // Laws nudged out of the simplex at an entry that is 0 or nearly so.
    let sum = x.reduce(0, +)
    if trial % 3 == 0 { x = x.map { $0 / sum } + [trial % 2 == 0 ? 0 : 1e-17] }
    let p = projected(x)
    let q = projected(p)
    #expect(abs(p.reduce(0, +) - 1) <= 1e-14 && p.allSatisfy { $0 >= 0 })
    #expect(zip(p, q).allSatisfy { abs($0 - $1) <= 1e-15 })
    for vertex in x.indices {
      var slope = 0.0
      for k in x.indices { slope += (x[k] - p[k]) * ((k == vertex ? 1 : 0) - p[k]) }
      #expect(slope <= 1e-14)
    }
  }
}

/// Mutual gradient steps on matching pennies, direct. With z = (p − 1/2, q − 1/2), payoffs ±1 and
/// d = 1/(1 − 0.9) = 10, a step η adds 2 η d (q − 1/2) to p and takes 2 η d (p − 1/2) from q: inside the
/// square |z|² grows by the factor 1 + (2 η d)² every round, exactly.
@Test func `gradient play spirals away from the mixed equilibrium`() throws {
  let game = try MatchingPennies().stochasticGame()
  var first = game.uniformProfile
  first[0].setLaw([0.52, 0.48], at: 0)
  var loop = try modelLoop(
    PolicyGradient.self, "{step: 0.005, parameterisation: direct}", game: game, rounds: 1000,
    from: first)
  func distance(_ profile: Profile) -> Double {
    pow(profile[0][0, 0] - 0.5, 2) + pow(profile[1][0, 0] - 0.5, 2)
  }
  var last = distance(first)
  for round in 1...300 {
    loop.run(until: round)
    let now = distance(loop.lastProfile)
    #expect(abs(now / last - 1.01) < 1e-12)
    last = now
  }
  #expect(last > 15 * distance(first))  // 1.01³⁰⁰ = 19.8.
}

/// Near the middle a softmax step moves the difference of a player's logits by 2 η d (q − 1/2), and
/// p − 1/2 is a quarter of it: |z|² grows by about 1 + (η d / 2)² = 1.01 a round, 20-fold in 300 rounds less
/// what the bend of softmax takes. Natural steps are multiplicative weights, under which the sum of
/// relative entropies to the equilibrium rises every round (Bailey and Piliouras 2018, theorem 3.1).
@Test func `softmax gradients spiral away too, and natural ones in every round`() throws {
  let game = try MatchingPennies().stochasticGame()
  var first = game.uniformProfile
  first[0].setLaw([0.52, 0.48], at: 0)
  var plain = try modelLoop(
    PolicyGradient.self, "step: 0.02", game: game, rounds: 1000, from: first)
  plain.run(until: 300)
  let end = plain.lastProfile
  #expect(pow(end[0][0, 0] - 0.5, 2) + pow(end[1][0, 0] - 0.5, 2) > 10 * 0.02 * 0.02)

  func divergence(_ profile: Profile) -> Double {
    profile.policies.reduce(0) { $0 - $1.law(at: 0).reduce(0) { $0 + 0.5 * log(2 * $1) } }
  }
  var natural = try modelLoop(
    PolicyGradient.self, "{step: 0.1, parameterisation: {kind: softmax, natural: true}}",
    game: game, rounds: 1000,
    from: first)
  var before = divergence(first)
  for round in 1...1000 {
    natural.run(until: round)
    let now = divergence(natural.lastProfile)
    #expect(now > before)
    before = now
  }
}

/// The averages do converge: NashConv of the pair of averages is at most the sum of both players' mean
/// regrets. In a one-state game W differs from the stage payoff by a constant, so regrets are those of
/// the stage game over 1 − δ; T rounds, payoffs in [−1, 1]:
///
///     multiplicative weights, step η: ln 10 / (η T) + η · 2² / 8       (Hedge, Hoeffding's lemma;
///                                     a law that begins at 1/10 is 10 times behind)
///     projected ascent, step η d:     2 / (2 η d T) + η d · 2 / 2      (Zinkevich 2003, theorem 1:
///                                     squared diameter 2, squared gradients at most 2)
@Test func `the averages of gradient play converge as no-regret play must`() throws {
  let game = try MatchingPennies().stochasticGame()
  let rounds = 20_000
  var first = game.uniformProfile
  first[0].setLaw([0.9, 0.1], at: 0)
  for (form, step, bound) in [
    ("{kind: softmax, natural: true}", 0.02, log(10) / (0.02 * 20_000) + 0.02 * 4 / 8),
    ("direct", 0.002, 1 / (0.02 * 20_000) + 0.02),
  ] {
    var loop = try modelLoop(
      PolicyGradient.self, "{step: \(step), parameterisation: \(form)}", game: game, rounds: rounds,
      from: first)
    loop.run(until: rounds)
    let (last, averages) = (loop.lastProfile, loop.averageProfile)
    let average = try #require(averages)
    let found = try Certificate(game, average).nashConv[0] * (1 - 0.9)
    #expect(found <= 2 * bound)
    // While the last laws are as far off as ever.
    #expect(try Certificate(game, last).nashConv[0] * (1 - 0.9) > 0.5)
  }
}

/// Natural gradient of one player from the uniform law, payoffs in [0, 1] and updates η A = η'/(1 − γ) A:
/// V* − V ≤ (ln 2/η' + 1/(1 − γ)²)/T (Agarwal, Kakade, Lee and Mahajan 2021, theorem 16). The ring's
/// payoffs span 3, so with γ = 1/2 and η = 1 in them η' = 3/2: 3 (ln 2/1.5 + 4)/T < 14/T.
@Test func `one player's exact gradient climbs to the optimum`() throws {
  let game = try ring(discount: 0.5, slip: 0.1)
  let best = try game.bestResponse(of: 0, against: game.uniformProfile).values
  func gap(_ yaml: String, _ rounds: Int) throws -> Double {
    var loop = try modelLoop(PolicyGradient.self, yaml, game: game, rounds: rounds)
    loop.run(until: rounds)
    let values = try game.values(of: loop.lastProfile)[0]
    return zip(best, values).map { $0 - $1 }.max()!
  }
  for rounds in [10, 100] {
    #expect(
      try gap(
        "{step: 1, initial: uniform, parameterisation: {kind: softmax, natural: true}}", rounds)
        <= 14 / Double(rounds))
  }
  // Projected ascent ends at the vertex itself; plain softmax creeps up to it.
  #expect(try gap("{step: 0.5, parameterisation: direct, start: uniform}", 200) <= 1e-14)
  let coarse = try gap("{step: 1, start: uniform}", 500)
  let fine = try gap("{step: 1, start: uniform}", 5000)
  #expect(fine < coarse / 5 && fine > 0)
}

/// Exact gradients with an entropy bonus settle on the logit equilibrium that path following finds.
@Test(arguments: [false, true])
func `entropy-regularised gradients converge to the exact logit equilibrium`(natural: Bool) throws {
  let game = try StochasticGame(
    actionCounts: [[2, 3]], discounts: [0.6, 0.3], initial: [1]
  ) { _, joint, row in
    row.pay(0, [[2.0, 0, 1], [0.5, 1, -1]][joint[0]][joint[1]])
    row.pay(1, [[0.0, 1, 0.3], [2, -1, 0]][joint[0]][joint[1]])
    row.move(to: 0, probability: 1)
  }
  let logit = try LogitPath().profile(of: game, atPrecision: 2 * game.payoffRange).solution
  try #require(logit.status == .converged)
  var loop = try modelLoop(
    PolicyGradient.self,
    "{step: 0.1, parameterisation: {kind: softmax, natural: \(natural), entropy: 0.5}}",
    game: game, rounds: 5000)
  loop.run(until: 5000)
  let last = loop.lastProfile
  for player in 0..<2 {
    for (found, expected) in zip(last[player].probabilities, logit.profile[player].probabilities) {
      #expect(abs(found - expected) < 1e-9)
    }
  }
}
