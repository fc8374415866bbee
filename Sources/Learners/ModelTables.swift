internal import Agents
public import Environments

/// A game's tables as plain memory, for learners that sweep the whole model every round.
///
/// Copies are the same tables.
public struct ModelTables {
  /// The game.
  public let game: StochasticGame
  /// First entry of each state in a policy of each player, `[player][state]`.
  public let policyOffsets: [UnsafePointer<Int>]
  let payoffs: UnsafePointer<Double>
  let jointOffsets: UnsafePointer<Int>
  let actionCounts: UnsafePointer<Int>
  let transitionOffsets: UnsafePointer<Int>
  let nextStates: UnsafePointer<Int32>
  let continuations: UnsafePointer<Double>
  private let discounts: UnsafePointer<Double>
  private let digits: UnsafeMutablePointer<Int>
  private let memory: TableMemory

  /// Lays out a game.
  public init(_ game: StochasticGame) {
    self.game = game
    let memory = TableMemory()
    self.memory = memory
    func copy<T: BitwiseCopyable>(_ values: [T], _ blank: T) -> UnsafePointer<T> {
      let block = memory.block(of: values.count, repeating: blank)
      block.update(from: values, count: values.count)
      return UnsafePointer(block)
    }
    policyOffsets = (0..<game.playerCount).map { copy(game.policyOffsets($0), 0) }
    payoffs = copy(game.payoffs, 0)
    jointOffsets = copy(game.jointOffsets, 0)
    actionCounts = copy(game.actionCounts, 0)
    transitionOffsets = copy(game.transitionOffsets, 0)
    nextStates = copy(game.nextStates, 0)
    continuations = copy(game.continuations, 0)
    discounts = copy(game.discounts, 0)
    digits = memory.block(of: game.playerCount, repeating: 0)
  }

  /// Wᵢ(s, ·): what each action of `player` is worth at `state` against the rivals' laws, with
  /// continuation values V.
  ///
  ///     Wᵢ(s, aᵢ) = Σ over a₋ᵢ of Π_{j≠i} σⱼ(aⱼ|s) [uᵢ(s, a) + δᵢ Σ P(s′|s, a) V(s′)]
  ///
  /// - Parameters:
  ///   - laws: `laws[j]` flat as player j's policy; the player's own is not read.
  ///   - values: V, one per state.
  ///   - worth: where to write, one per action of the player at the state.
  /// - Complexity: the rows of the state times their transitions. Allocates nothing; not for several
  ///   threads at once.
  public func actionValues(
    of player: Int, at state: Int, against laws: UnsafePointer<UnsafePointer<Double>>,
    values: UnsafePointer<Double>, into worth: UnsafeMutablePointer<Double>
  ) {
    let players = game.playerCount
    let counts = actionCounts + state &* players
    let discount = discounts[player]
    if players == 2 {
      if player == 0 {
        rowActionValues(
          at: state, counts, against: laws[1] + policyOffsets[1][state], discount: discount,
          values: values, into: worth)
      } else {
        columnActionValues(
          at: state, counts, against: laws[0] + policyOffsets[0][state], discount: discount,
          values: values, into: worth)
      }
      return
    }
    worth.update(repeating: 0, count: counts[player])
    digits.update(repeating: 0, count: players)
    var row = jointOffsets[state]
    let end = jointOffsets[state &+ 1]
    while row < end {
      var weight = 1.0
      var other = 0
      while other < players {
        if other != player {
          weight *= laws[other][policyOffsets[other][state] &+ digits[other]]
        }
        other &+= 1
      }
      if weight != 0 {
        worth[digits[player]] +=
          weight * rowValue(row, player: player, discount: discount, values: values)
      }
      row &+= 1
      var digit = players &- 1
      while digit >= 0 {
        digits[digit] &+= 1
        if digits[digit] < counts[digit] { break }
        digits[digit] = 0
        digit &-= 1
      }
    }
  }

  /// `actionValues` of the first of two players, to the same bits: the joint actions of an own action
  /// are consecutive rows.
  private func rowActionValues(
    at state: Int, _ counts: UnsafePointer<Int>, against law: UnsafePointer<Double>,
    discount: Double, values: UnsafePointer<Double>, into worth: UnsafeMutablePointer<Double>
  ) {
    let (own, others) = (counts[0], counts[1])
    var row = jointOffsets[state]
    var action = 0
    while action < own {
      var sum = 0.0
      var other = 0
      while other < others {
        let weight = law[other]
        if weight != 0 {
          sum += weight * twoPlayerRowValue(row, player: 0, discount: discount, values: values)
        }
        row &+= 1
        other &+= 1
      }
      worth[action] = sum
      action &+= 1
    }
  }

  /// `actionValues` of the second of two players, to the same bits: rows of rival actions that are
  /// not played are skipped whole.
  private func columnActionValues(
    at state: Int, _ counts: UnsafePointer<Int>, against law: UnsafePointer<Double>,
    discount: Double, values: UnsafePointer<Double>, into worth: UnsafeMutablePointer<Double>
  ) {
    let (others, own) = (counts[0], counts[1])
    worth.update(repeating: 0, count: own)
    var row = jointOffsets[state]
    var other = 0
    while other < others {
      let weight = law[other]
      if weight != 0 {
        var action = 0
        while action < own {
          worth[action] +=
            weight
            * twoPlayerRowValue(row &+ action, player: 1, discount: discount, values: values)
          action &+= 1
        }
      }
      row &+= own
      other &+= 1
    }
  }

  /// `rowValue` where the number of players is known to be two.
  @inline(__always)
  private func twoPlayerRowValue(
    _ row: Int, player: Int, discount: Double, values: UnsafePointer<Double>
  ) -> Double {
    payoffs[row &* 2 &+ player] + discount * expected(values, after: row)
  }

  /// uᵢ(row) + δᵢ Σ P(s′|row) V(s′).
  @inline(__always)
  public func rowValue(
    _ row: Int, player: Int, discount: Double, values: UnsafePointer<Double>
  ) -> Double {
    payoffs[row &* game.playerCount &+ player] + discount * expected(values, after: row)
  }

  /// Σ P(s′|row) V(s′).
  @inline(__always)
  private func expected(_ values: UnsafePointer<Double>, after row: Int) -> Double {
    var future = 0.0
    var entry = transitionOffsets[row]
    let last = transitionOffsets[row &+ 1]
    while entry < last {
      future += continuations[entry] * values[Int(nextStates[entry])]
      entry &+= 1
    }
    return future
  }
}
