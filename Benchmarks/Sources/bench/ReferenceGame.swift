import CReference
import Environments
import Statistics

/// A game laid out for the C reference, from the public arrays alone.
final class ReferenceGame {
  private(set) var c = reference_game()
  private var memory: [UnsafeMutableRawPointer] = []

  init(_ game: StochasticGame) {
    var cumulative = game.probabilities
    for row in 0..<game.rowCount {
      let range = game.transitionOffsets[row]..<game.transitionOffsets[row + 1]
      var sum = 0.0
      for entry in range {
        sum += cumulative[entry]
        cumulative[entry] = sum
      }
      if let last = range.last { cumulative[last] = 2 }
    }
    let playable = (0..<game.stateCount).filter { !game.isTerminal[$0] }
    c.players = game.playerCount
    c.states = game.stateCount
    c.discounts = copy(game.discounts)
    c.action_counts = copy(game.actionCounts)
    c.joint_offsets = copy(game.jointOffsets)
    c.payoffs = copy(game.payoffs)
    c.transition_offsets = copy(game.transitionOffsets)
    c.next_states = copy(game.nextStates)
    c.cumulative = copy(cumulative)
    c.terminal = copy(game.isTerminal)
    c.growth = game.growth.map(copy)
    c.playable = copy(playable)
    c.playable_count = playable.count
  }

  private func copy<T: BitwiseCopyable>(_ values: [T]) -> UnsafePointer<T> {
    let room = UnsafeMutablePointer<T>.allocate(capacity: max(values.count, 1))
    room.initialize(from: values, count: values.count)
    memory.append(room)
    return UnsafePointer(room)
  }

  deinit { memory.forEach { $0.deallocate() } }
}

extension reference_taus2 {
  /// The start of a named stream of ours.
  init(seed: UInt64, role: StreamRole, index: Int) {
    let words = RandomStream(seed: seed, role: role, index: index, generator: .taus2).state.words
      .map { UInt($0, radix: 16)! }
    self.init(word: (words[0], words[1], words[2]))
  }
}
