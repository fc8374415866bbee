import Agents
import Environments
import Foundation
import Statistics
import Testing

/// Five values at most, so that ties are everywhere, with both zeros among them.
private let levels = [-1, -0.0, 0.0, 0.5, 2]

@Test(arguments: [1, 2, 3] as [UInt64])
func `the greedy action is the naive one after every assignment`(seed: UInt64) {
  let offsets = [0, 1, 4, 6, 15]
  let table = ActionValueTable(offsets: offsets, initial: 0.5)
  var naive = [Double](repeating: 0.5, count: 15)
  var greedy = [0, 0, 0, 0]
  var lastChange = 0
  var stream = RandomStream(seed: seed, role: .agent)
  for time in 1...5000 {
    let state = stream.index(below: 4)
    let count = offsets[state + 1] - offsets[state]
    let action = stream.index(below: count)
    let value = levels[stream.index(below: levels.count)]
    table.assign(state, action, value, time: time)
    naive[offsets[state] + action] = value
    let row = naive[offsets[state]..<offsets[state + 1]]
    let best = row.firstIndex(of: row.max()!)! - offsets[state]
    if best != greedy[state] { (greedy[state], lastChange) = (best, time) }
    guard table.greedy[state] == best, table.best[state] == row.max()!,
      table.lastGreedyChange == lastChange
    else {
      Issue.record("assignment \(time): \(table.greedy[state]) for \(best) of \(row)")
      return
    }
  }
  #expect(table.snapshot == naive)
  #expect((0..<4).map { table.greedyPolicy.mode(at: $0) } == greedy)
  #expect(table.greedyPolicy.laws.allSatisfy { $0.reduce(0, +) == 1 })

  let other = ActionValueTable(offsets: offsets, initial: 9)
  other.restore(values: table.snapshot, lastGreedyChange: table.lastGreedyChange)
  #expect(other.snapshot.map(\.bitPattern) == table.snapshot.map(\.bitPattern))
  #expect(other.lastGreedyChange == lastChange)
  #expect((0..<4).map { other.greedy[$0] } == greedy)
}

/// Counts within 4.5 standard errors of the law (7e-6 each for a correct agent); seeds are fixed.
private func expectFrequencies(_ counts: [Int], _ law: [Double]) {
  let draws = Double(counts.reduce(0, +))
  for (count, p) in zip(counts, law) {
    let error = (draws * p * (1 - p)).squareRoot()
    #expect(abs(Double(count) - draws * p) <= 4.5 * error, "\(counts) of \(law)")
  }
}

@Test func `a policy agent plays its policy's law`() {
  let laws = [[0.1, 0, 0.6, 0.3], [1, 0], [0, 0.5, 0.5, 0]]
  var agent = PolicyAgent(Policy(offsets: [0, 4, 6, 10], probabilities: Array(laws.joined())))
  var stream = RandomStream(seed: 4, role: .agent)
  for (state, law) in laws.enumerated() {
    var counts = [Int](repeating: 0, count: law.count)
    for _ in 0..<50_000 { counts[agent.act(at: state, using: &stream)] += 1 }
    expectFrequencies(counts, law)
  }
}

@Test func `a pure choice takes no draw and a mixed one takes one`() {
  var agent = PolicyAgent(Policy(offsets: [0, 2, 4], probabilities: [0, 1, 0.5, 0.5]))
  var stream = RandomStream(seed: 4, role: .agent)
  var other = RandomStream(seed: 4, role: .agent)
  for _ in 0..<10 { #expect(agent.act(at: 0, using: &stream) == 1) }
  #expect(stream.state == other.state)
  _ = agent.act(at: 1, using: &stream)
  _ = other.uniform()
  #expect(stream.state == other.state)
}

/// exp(Q/τ) at Q = 0, 1, 2 and τ = 1/2 weighs 1, e², e⁴.
@Test func `Boltzmann exploration draws with the stated odds`() {
  let table = ActionValueTable(offsets: [0, 3], initial: 0)
  for action in 0..<3 { table.assign(0, action, Double(action), time: action) }
  var stream = RandomStream(seed: 4, role: .agent)
  var counts = [0, 0, 0]
  for _ in 0..<50_000 {
    counts[boltzmannAction(table, at: 0, temperature: 0.5, using: &stream)] += 1
  }
  let weights: [Double] = [1, exp(2.0), exp(4.0)]
  expectFrequencies(counts, weights.map { $0 / weights.reduce(0, +) })
}

@Test func `Boltzmann exploration survives extreme values and temperatures`() {
  let table = ActionValueTable(offsets: [0, 3], initial: -1e300)
  table.assign(0, 1, 1e300, time: 1)
  var stream = RandomStream(seed: 4, role: .agent)
  for temperature in [1e-300, 1e-9, 1, 1e9] {
    for _ in 0..<100 {
      #expect(boltzmannAction(table, at: 0, temperature: temperature, using: &stream) == 1)
    }
  }
  var counts = [0, 0, 0]
  for _ in 0..<3000 {
    counts[boltzmannAction(table, at: 0, temperature: 1e308, using: &stream)] += 1
  }
  #expect(counts.allSatisfy { $0 > 800 })
}
