internal import Environments

/// The unknown laws of a stationary equilibrium, and what each action is worth under them.
///
/// A *slot* is one unknown law: one per player and state, or, with symmetry imposed on a two-player
/// game, one per state, player 1's law at s being player 0's at `mirror[s]`. Terminal states have
/// none. Slots that meet at a common state form a *block*; blocks depend on one another only
/// through the values V, which is what structured elimination uses.
///
/// With σ the laws and V the slots' values,
///
///     W(p, a) = Σ over rivals' actions Π σ_rival [u + δ Σ c(s′) V(alias(s′))]
///
/// where c are the game's `continuations`. Payoffs are divided by `scale`, so V and W are in units
/// of the payoff range. One pass over a block also gives ∂W/∂σ (`cross`) and ∂W/∂V (`future`).
///
/// Work happens block by block on memory that no other block writes, so blocks may be processed on
/// several threads with results that do not depend on how many.
final class StationarySystem {
  let game: StochasticGame
  /// Whether player 1's laws are the mirror image of player 0's.
  let isSymmetric: Bool
  /// The unit of V and W: the payoff range, or where that is 0 the largest |payoff|, or 1.
  let scale: Double
  let players: Int
  let states: Int
  /// Player and state of each slot.
  let slotPlayer: [Int]
  let slotState: [Int]
  /// First action of each slot in flat action vectors; slotCount + 1 entries.
  let actionOffset: [Int]
  /// Slots of each block.
  let blocks: [[Int]]
  /// Value columns each block's laws depend on, ascending slots.
  let columns: [[Int]]
  /// Largest number of joint actions at one state.
  let slotCount: Int
  let actionTotal: Int

  /// Slot of (player · states + state), −1 at terminal states.
  let alias: UnsafeMutablePointer<Int32>
  /// Probabilities, flat by slot.
  let sigma: UnsafeMutablePointer<Double>
  /// Action values, flat by slot.
  let worth: UnsafeMutablePointer<Double>
  /// ∂W(p, a)/∂σ(q, b), `[slot][rival in order][a × b]`, from `crossOffset`.
  let cross: UnsafeMutablePointer<Double>
  let crossOffset: [Int]
  /// ∂W(p, a)/∂V(column), `[slot][a × column of the block]`, from `futureOffset`.
  let future: UnsafeMutablePointer<Double>
  let futureOffset: [Int]

  private let payoffs: UnsafeMutablePointer<Double>
  private let entries: UnsafeMutablePointer<Int>
  private let nextStates: UnsafeMutablePointer<Int32>
  private let continuations: UnsafeMutablePointer<Double>
  /// `[block × slot]`: column of a slot's value within the block, or −1.
  private let columnOf: UnsafeMutablePointer<Int32>
  let blockOf: [Int]

  init(_ game: StochasticGame, imposesSymmetry: Bool) {
    let (players, states) = (game.playerCount, game.stateCount)
    let isSymmetric = imposesSymmetry && game.mirror != nil
    let layout = SlotLayout(game, isSymmetric: isSymmetric)
    (self.game, self.isSymmetric, self.players, self.states) = (game, isSymmetric, players, states)
    (slotPlayer, slotState) = (layout.player, layout.state)
    (actionOffset, blocks, blockOf) = (layout.actionOffset, layout.blocks, layout.blockOf)
    columns = layout.columns(game)
    slotCount = layout.player.count
    actionTotal = actionOffset[slotCount]
    let largest = game.payoffs.reduce(0) { max($0, abs($1)) }
    scale = game.payoffRange > 0 ? game.payoffRange : largest > 0 ? largest : 1

    var (crossTotal, futureTotal) = (0, 0)
    var (crossOffset, futureOffset) = ([Int](), [Int]())
    for slot in 0..<slotCount {
      let own = actionOffset[slot + 1] - actionOffset[slot]
      crossOffset.append(crossTotal)
      futureOffset.append(futureTotal)
      for rival in 0..<players where rival != slotPlayer[slot] {
        crossTotal += own * game.actionCount(rival, at: slotState[slot])
      }
      futureTotal += own * columns[blockOf[slot]].count
    }
    (self.crossOffset, self.futureOffset) = (crossOffset, futureOffset)

    func copy<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
      let pointer = UnsafeMutablePointer<T>.allocate(capacity: max(values.count, 1))
      pointer.initialize(from: values, count: values.count)
      return pointer
    }
    func zeros(_ count: Int) -> UnsafeMutablePointer<Double> {
      let pointer = UnsafeMutablePointer<Double>.allocate(capacity: max(count, 1))
      pointer.initialize(repeating: 0, count: max(count, 1))
      return pointer
    }
    let unit = scale
    alias = copy(layout.alias.map(Int32.init))
    payoffs = copy(game.payoffs.map { $0 / unit })
    entries = copy(game.transitionOffsets)
    nextStates = copy(game.nextStates)
    continuations = copy(game.continuations)
    (sigma, worth) = (zeros(actionTotal), zeros(actionTotal))
    (cross, future) = (zeros(crossTotal), zeros(futureTotal))
    var columnOf = [Int32](repeating: -1, count: blocks.count * slotCount)
    for (block, list) in columns.enumerated() {
      for (column, slot) in list.enumerated() { columnOf[block * slotCount + slot] = Int32(column) }
    }
    self.columnOf = copy(columnOf)
  }

  deinit {
    alias.deallocate()
    sigma.deallocate()
    worth.deallocate()
    cross.deallocate()
    future.deallocate()
    payoffs.deallocate()
    entries.deallocate()
    nextStates.deallocate()
    continuations.deallocate()
    columnOf.deallocate()
  }

  /// The slot of a player at a state that is not terminal.
  func slot(_ player: Int, _ state: Int) -> Int { Int(alias[player * states + state]) }

  /// The number of actions of a slot.
  func count(_ slot: Int) -> Int { actionOffset[slot + 1] - actionOffset[slot] }

  /// Fills `worth`, and with `derivatives` also `cross` and `future`, for the slots of a block from
  /// `sigma` and `values`. Cost: the block's transitions, times the players beyond two.
  func evaluate(block: Int, values: UnsafePointer<Double>, derivatives: Bool) {
    for slot in blocks[block] {
      for action in actionOffset[slot]..<actionOffset[slot + 1] { worth[action] = 0 }
      if derivatives {
        (future + futureOffset[slot]).update(
          repeating: 0, count: count(slot) * columns[block].count)
      }
      if players == 2 {
        evaluateTwo(slot, block, values, derivatives)
      } else {
        evaluateMany(slot, block, values, derivatives)
      }
    }
  }

  private func evaluateTwo(
    _ slot: Int, _ block: Int, _ values: UnsafePointer<Double>, _ derivatives: Bool
  ) {
    let (player, state) = (slotPlayer[slot], slotState[slot])
    let rivalSlot = self.slot(1 - player, state)
    let (own, rival) = (count(slot), count(rivalSlot))
    let law = sigma + actionOffset[rivalSlot]
    let into = worth + actionOffset[slot]
    let across = cross + crossOffset[slot]
    let aliases = alias + player * states
    let map = columnOf + block * slotCount
    let width = columns[block].count
    let discount = game.discounts[player]
    let (ownStride, rivalStride) = player == 0 ? (rival, 1) : (1, own)
    let first = game.jointOffsets[state]
    for a in 0..<own {
      let ahead = future + futureOffset[slot] + a * width
      var total = 0.0
      for b in 0..<rival {
        let row = first + a * ownStride + b * rivalStride
        let weight = law[b]
        var later = 0.0
        for entry in entries[row]..<entries[row + 1] {
          let next = Int(aliases[Int(nextStates[entry])])
          if next >= 0 { later += continuations[entry] * values[next] }
        }
        let value = payoffs[2 * row + player] + discount * later
        total += weight * value
        if derivatives {
          across[a * rival + b] = value
          let share = weight * discount
          for entry in entries[row]..<entries[row + 1] {
            let next = Int(aliases[Int(nextStates[entry])])
            if next >= 0 { ahead[Int(map[next])] += share * continuations[entry] }
          }
        }
      }
      into[a] = total
    }
  }

  private func evaluateMany(
    _ slot: Int, _ block: Int, _ values: UnsafePointer<Double>, _ derivatives: Bool
  ) {
    let (player, state) = (slotPlayer[slot], slotState[slot])
    let aliases = alias + player * states
    let map = columnOf + block * slotCount
    let width = columns[block].count
    let discount = game.discounts[player]
    let into = worth + actionOffset[slot]
    let rivals = (0..<players).filter { $0 != player }
    let laws = rivals.map { sigma + actionOffset[self.slot($0, state)] }
    let counts = (0..<players).map { game.actionCount($0, at: state) }
    var starts: [Int] = []
    var start = crossOffset[slot]
    for rival in rivals {
      starts.append(start)
      start += counts[player] * counts[rival]
    }
    if derivatives {
      (cross + crossOffset[slot]).update(repeating: 0, count: start - crossOffset[slot])
    }
    var digits = [Int](repeating: 0, count: players)
    for row in game.jointOffsets[state]..<game.jointOffsets[state + 1] {
      var later = 0.0
      for entry in entries[row]..<entries[row + 1] {
        let next = Int(aliases[Int(nextStates[entry])])
        if next >= 0 { later += continuations[entry] * values[next] }
      }
      let value = payoffs[row * players + player] + discount * later
      var weight = 1.0
      for r in 0..<rivals.count { weight *= laws[r][digits[rivals[r]]] }
      let action = digits[player]
      into[action] += weight * value
      if derivatives {
        for r in 0..<rivals.count {
          var others = 1.0
          for k in 0..<rivals.count where k != r { others *= laws[k][digits[rivals[k]]] }
          cross[starts[r] + action * counts[rivals[r]] + digits[rivals[r]]] += others * value
        }
        let share = weight * discount
        let ahead = future + futureOffset[slot] + action * width
        for entry in entries[row]..<entries[row + 1] {
          let next = Int(aliases[Int(nextStates[entry])])
          if next >= 0 { ahead[Int(map[next])] += share * continuations[entry] }
        }
      }
      var place = players - 1
      while place >= 0 {
        digits[place] += 1
        if digits[place] < counts[place] { break }
        digits[place] = 0
        place -= 1
      }
    }
  }

  /// The profile that the laws in `sigma` stand for, each law normalised.
  func profile() -> Profile {
    var profile = game.uniformProfile
    for player in 0..<players {
      for state in 0..<states where !game.isTerminal[state] {
        let slot = slot(player, state)
        let law = (actionOffset[slot]..<actionOffset[slot + 1]).map { max(sigma[$0], 0) }
        let total = law.reduce(0, +)
        profile[player].setLaw(law.map { $0 / total }, at: state)
      }
    }
    return profile
  }

  /// Reads a profile's laws into `sigma`; with symmetry imposed, player 0's.
  func load(_ profile: Profile) {
    for slot in 0..<slotCount {
      for action in 0..<count(slot) {
        sigma[actionOffset[slot] + action] = profile[slotPlayer[slot]][slotState[slot], action]
      }
    }
  }
}
