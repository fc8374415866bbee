import Agents
import Environments
import Equilibria
import Statistics
import Testing

@testable import Learners

@Suite struct FrozenQLearningTests {
  /// An alias table's law, read off its cells: each of k cells is taken with probability 1 / k.
  private func law(_ table: AliasTable, _ index: Int, outcomes: Int) -> [Double] {
    var law = [Double](repeating: 0, count: outcomes)
    let cells = Int(table.offsets[index])..<Int(table.offsets[index + 1])
    for k in cells {
      let cell = table.cells[k]
      law[Int(cell.first)] += cell.threshold / Double(cells.count)
      law[Int(cell.second)] += (1 - cell.threshold) / Double(cells.count)
    }
    return law
  }

  @Test func `alias tables hold the laws they were made from`() throws {
    var stream = RandomStream(seed: 3, role: .generation)
    for count in 1...40 {
      let table = AliasTable(offsets: [0, 3, 3 + count])
      var weights = (0..<count).map { _ in stream.uniform() < 0.3 ? 0 : stream.uniform() }
      weights[count / 2] = 1
      let total = weights.reduce(0, +)
      let expected = weights.map { $0 / total }
      table.write(1, outcomes: (0..<count).map { Int32($0) }, probabilities: expected)
      let found = law(table, 1, outcomes: count)
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 4e-16 * Double(count) })
      // What cannot happen never does, not even with the probability of a rounding error.
      #expect(zip(found, expected).allSatisfy { $1 > 0 || $0 == 0 })
    }
  }

  private func trained(
    _ settings: FrozenQLearning.Settings, _ game: any MeanFieldGame, steps: Int, seed: UInt64,
    parts: Int = 1, at m: Double = 0
  ) throws -> FrozenQLearning {
    var problem = try FrozenProblem(game)
    problem.freeze(at: [m])
    let world = FrozenWorld(game)
    world.freeze(problem.tables)
    var learner = FrozenQLearning(settings, world: world)
    learner.begin()
    var stream = RandomStream(seed: seed, role: .frozenLearning)
    let schedule = ScheduleTable(settings.step, total: steps)
    for _ in 0..<parts { learner.run(steps / parts, step: schedule, using: &stream) }
    return learner
  }

  /// By hand, γ = ½, β = ½, from zero. From state 0: Q₀ = ½·1; Q₁ = ½(3 + ½·½) = 1.625; Q₀ = ¼ +
  /// ½(1 + ½·1.625) = 1.15625; Q₁ = 0.8125 + ½(3 + ½·1.15625) = 2.6015625. From state 1: Q₁ = 1.5;
  /// Q₀ = ½(1 + 0.75) = 0.875; Q₁ = 0.75 + ½(3 + 0.4375) = 2.46875; Q₀ = 0.4375 + ½(1 + 1.234375).
  @Test func `four updates by hand`() throws {
    var settings = FrozenQLearning.Settings()
    settings.step = .constant(0.5)
    var seen: Set<[Double]> = []
    for seed in 1...20 {
      seen.insert(
        try trained(settings, cycle(), steps: 4, seed: UInt64(seed)).table.snapshot)
    }
    #expect(seen == [[1.15625, 2.6015625], [1.5546875, 2.46875]])
  }

  /// Steps (1 + n)^−1 average the targets: after the first visit Q is the target itself.
  @Test func `a power step counts the visits of the pair`() throws {
    var settings = FrozenQLearning.Settings()
    settings.step = .power(scale: 1, exponent: 1)
    let learner = try trained(settings, cycle(), steps: 3, seed: 1)
    // From 0: Q₀ = 1, Q₁ = 3 + ½, Q₀ = (1 + (1 + 1.75)) / 2. From 1: Q₁ = 3, Q₀ = 2.5, Q₁ =
    // (3 + (3 + 1.25)) / 2.
    #expect(
      learner.table.snapshot == [1.875, 3.5] || learner.table.snapshot == [2.5, 3.625])
    #expect([[2, 1], [1, 2]].contains([learner.visits[0], learner.visits[1]]))
  }

  /// The same rule written naively: dictionaries of nothing, the maximum scanned every time, laws
  /// drawn from the same cells.
  @Test func `the kernel is the rule written plainly, bit for bit`() throws {
    let game = try ring()
    var settings = FrozenQLearning.Settings()
    settings.episode = 7
    let learner = try trained(settings, game, steps: 999, seed: 5, parts: 3)
    var problem = try FrozenProblem(game)
    problem.freeze(at: [0])
    let world = FrozenWorld(game)
    world.freeze(problem.tables)
    var stream = RandomStream(seed: 5, role: .frozenLearning)
    var q = [Double](repeating: 0, count: game.layout.rowCount)
    var visits = [Int](repeating: 0, count: q.count)
    var state = 0
    for t in 0..<999 {
      if t % 7 == 0 { state = stream.index(below: 5) }
      let rows = game.layout.rows(of: state)
      let row = rows.lowerBound + stream.index(below: rows.count)
      let next = world.moves.draw(row, using: &stream)
      visits[row] += 1
      let best = game.layout.rows(of: next).map { q[$0] }.max()!
      let step = Schedule.power(scale: 1, exponent: 0.7).value(at: visits[row], of: 999)
      q[row] += step * (game.payoffs[row] + 0.8 * best - q[row])
      state = next
    }
    #expect(learner.table.snapshot == q)
    #expect((0..<q.count).map { learner.visits[$0] } == visits)
  }

  /// In the ring, too: ε-greedy play, a buffer of 8 and batches of 3, against the rule written plainly.
  @Test func `replay draws past transitions and learns from them one after another`() throws {
    let game = try ring()
    var settings = FrozenQLearning.Settings()
    settings.step = .constant(0.1)
    settings.episode = 10
    settings.exploration = .greedy(from: 0.9, to: 0.05, decay: 0.9)
    settings.replay = (size: 8, batch: 3)
    let learner = try trained(settings, game, steps: 500, seed: 2, parts: 2)
    #expect(learner.updates == (500 - 2) * 3)
    var problem = try FrozenProblem(game)
    problem.freeze(at: [0])
    let world = FrozenWorld(game)
    world.freeze(problem.tables)
    var stream = RandomStream(seed: 2, role: .frozenLearning)
    var q = [Double](repeating: 0, count: game.layout.rowCount)
    var buffer: [(Int, Int)] = []
    var state = 0
    for t in 0..<500 {
      if t % 10 == 0 { state = stream.index(below: 5) }
      var epsilon = 0.9
      for _ in 0..<(t / 10) { epsilon *= 0.9 }
      epsilon = max(0.05, epsilon)
      let rows = game.layout.rows(of: state)
      let greedy = rows.first { row in rows.allSatisfy { q[$0] <= q[row] } }!
      let row =
        stream.uniform() < epsilon
        ? rows.lowerBound + stream.index(below: rows.count) : greedy
      let next = world.moves.draw(row, using: &stream)
      if buffer.count < 8 { buffer.append((row, next)) } else { buffer[t % 8] = (row, next) }
      if buffer.count >= 3 {
        for _ in 0..<3 {
          let (past, to) = buffer[stream.index(below: buffer.count)]
          let best = game.layout.rows(of: to).map { q[$0] }.max()!
          q[past] += 0.1 * (game.payoffs[past] + 0.8 * best - q[past])
        }
      }
      state = next
    }
    #expect(zip(learner.table.snapshot, q).allSatisfy { abs($0 - $1) < 1e-12 })
  }

  /// max |Q̂ − Q*| falls as the budget grows, and where a gap exceeds twice the error the greedy
  /// action is the optimal one.
  @Test func `errors fall with the budget and gaps protect the policy`() throws {
    let game = try Inventory()
    var problem = try FrozenProblem(game)
    let response = try problem.respond(to: [0.1])
    let gaps = problem.actionGaps()
    var previous = Double.infinity
    for steps in [20_000, 200_000, 2_000_000] {
      var mean = 0.0
      for seed in 1...3 {
        let learner = try trained(.init(), game, steps: steps, seed: UInt64(seed), at: 0.1)
        let learned = learner.table.snapshot
        let error = (0..<learned.count).map {
          abs(learned[$0] - problem.actionValue(row: $0, values: response.values))
        }.max()!
        mean += error / 3
        for state in 0..<10 where gaps[state] > 2 * error {
          #expect(
            learner.table.greedy[state]
              == Int(response.rows[state]) - game.layout.rowOffsets[state])
        }
      }
      #expect(mean < previous)
      previous = mean
    }
    // With 2,000,000 updates most gaps do protect: without this the loop above would check nothing.
    #expect(gaps.filter { $0 > 2 * previous }.count >= 1)
  }
}
