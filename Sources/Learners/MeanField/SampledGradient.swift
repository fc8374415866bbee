internal import Agents
internal import Environments
internal import Equilibria
internal import Statistics

/// What `FrozenPolicyGradient` needs, estimated from draws alone.
///
/// Q^σ by expected SARSA from uniformly chosen actions, each iteration beginning with the values of
/// the last and step sizes n^−0.6 by visits within the iteration:
///
///     Q(x, a) ← Q(x, a) + n^−0.6 (π(x, a, m) + β Σ σ(ã | x') Q(x', ã) − Q(x, a))
///
/// and d by counting states along paths under σ that begin at a uniform state and go on with
/// probability β: a path's expected visits of x are d(x).
struct SampledGradient {
  let world: FrozenWorld
  let table: UnsafeMutablePointer<Double>
  private let visits: UnsafeMutablePointer<Int>
  private let memory = TableMemory()
  private var state = 0
  private var left = 0

  init(_ world: FrozenWorld) {
    self.world = world
    table = memory.block(of: world.layout.rowCount, repeating: 0)
    visits = memory.block(of: world.layout.rowCount, repeating: 0)
  }

  mutating func begin() {
    table.update(repeating: 0, count: world.layout.rowCount)
    left = 0
  }

  /// Makes `count` updates of Q̂; play begins anew at a uniform state every `episode` steps.
  mutating func evaluate(
    _ policy: MeanFieldPolicy, updates count: Int, episode: Int, step: ScheduleTable,
    using stream: inout RandomStream
  ) {
    visits.update(repeating: 0, count: world.layout.rowCount)
    let (world, table, visits) = (world, table, visits)
    policy.weights.withUnsafeBufferPointer { weights in
      for _ in 0..<count {
        if left == 0 {
          state = stream.index(below: world.stateCount)
          left = episode
        }
        left -= 1
        let first = Int(world.rowOffsets[state])
        let row =
          first + Int(stream.uniform() * Double(Int(world.rowOffsets[state + 1]) - first))
        let next = world.moves.draw(row, using: &stream)
        var mean = 0.0
        for other in Int(world.rowOffsets[next])..<Int(world.rowOffsets[next + 1]) {
          mean += weights[other] * table[other]
        }
        visits[row] += 1
        let target = world.payoffs[row] + world.discount * mean
        table[row] += step.value(at: visits[row]) * (target - table[row])
        state = next
      }
    }
  }

  /// d, from about `count` states.
  func occupation(
    _ policy: MeanFieldPolicy, count: Int, using stream: inout RandomStream
  ) -> [Double] {
    var seen = [Double](repeating: 0, count: world.stateCount)
    var (drawn, paths) = (0, 0)
    policy.weights.withUnsafeBufferPointer { weights in
      while drawn < count {
        var x = stream.index(below: world.stateCount)
        paths += 1
        while true {
          seen[x] += 1
          drawn += 1
          if stream.uniform() >= world.discount { break }
          var row = Int(world.rowOffsets[x])
          let last = Int(world.rowOffsets[x + 1]) - 1
          var u = stream.uniform()
          while row < last, u >= weights[row] {
            u -= weights[row]
            row += 1
          }
          // Rounding alone can end at an action that is never taken.
          while weights[row] == 0 { row -= 1 }
          x = world.moves.draw(row, using: &stream)
        }
      }
    }
    return seen.map { $0 / Double(paths) }
  }
}
