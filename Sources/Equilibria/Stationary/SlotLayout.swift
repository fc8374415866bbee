internal import Environments

/// Which laws are unknown, where they sit in flat vectors, and which of them meet at a state.
struct SlotLayout {
  /// Slot of (player · states + state), −1 at terminal states.
  private(set) var alias: [Int]
  /// Player and state of each slot.
  private(set) var player: [Int] = []
  private(set) var state: [Int] = []
  /// First action of each slot, and the total.
  private(set) var actionOffset = [0]
  /// Slots that meet at a state, directly or through others: classes of a union-find, ordered by
  /// their first slot.
  private(set) var blocks: [[Int]] = []
  /// The block of each slot.
  private(set) var blockOf: [Int] = []

  init(_ game: StochasticGame, isSymmetric: Bool) {
    let (players, states) = (game.playerCount, game.stateCount)
    alias = [Int](repeating: -1, count: players * states)
    for s in 0..<states where !game.isTerminal[s] {
      for i in 0..<(isSymmetric ? 1 : players) {
        alias[i * states + s] = player.count
        player.append(i)
        state.append(s)
        actionOffset.append(actionOffset[player.count - 1] + game.actionCount(i, at: s))
      }
    }
    if isSymmetric, let mirror = game.mirror {
      for s in 0..<states { alias[states + s] = alias[mirror[s]] }
    }

    var parent = Array(player.indices)
    func root(_ slot: Int) -> Int {
      var at = slot
      while parent[at] != at { at = parent[at] }
      return at
    }
    for s in 0..<states where !game.isTerminal[s] {
      for i in 1..<max(players, 1) {
        let (one, other) = (root(alias[s]), root(alias[i * states + s]))
        parent[max(one, other)] = min(one, other)
      }
    }
    var number = [Int](repeating: -1, count: player.count)
    for slot in player.indices {
      let head = root(slot)
      if number[head] < 0 {
        number[head] = blocks.count
        blocks.append([])
      }
      blocks[number[head]].append(slot)
      blockOf.append(number[head])
    }
  }

  /// The slots whose values a block's action values depend on, ascending, per block.
  func columns(_ game: StochasticGame) -> [[Int]] {
    let states = game.stateCount
    return blocks.map { block in
      var found = Set<Int>()
      for slot in block {
        let (i, s) = (player[slot], state[slot])
        let rows = game.jointOffsets[s]..<game.jointOffsets[s + 1]
        let entries =
          game.transitionOffsets[rows.lowerBound]..<game.transitionOffsets[rows.upperBound]
        for entry in entries {
          let next = alias[i * states + Int(game.nextStates[entry])]
          if next >= 0 { found.insert(next) }
        }
      }
      return found.sorted()
    }
  }
}
