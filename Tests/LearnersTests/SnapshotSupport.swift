import Environments
import Foundation
import Learners
import Testing

/// Trains a process to its end at once, and in two parts with a snapshot through JSON between, which
/// a process of another seed takes up after some steps of its own, so that whatever is not restored
/// would show: the same snapshots and policies, to the bit.
func expectSameBitsWhenTakenUp<Process: TrainingProcess & ~Copyable>(
  split: Int, _ make: (_ seed: UInt64) throws -> Process
) throws {
  var whole = try make(1)
  let steps = whole.steps
  whole.run(until: steps)
  var first = try make(1)
  first.run(until: split)
  let saved = try JSONEncoder().encode(first.snapshot())
  var second = try make(99)
  second.run(until: min(13, steps))
  try second.restore(try JSONDecoder().decode(Process.Snapshot.self, from: saved))
  let (restored, left) = (try text(second.snapshot()), try text(first.snapshot()))
  #expect(restored == left)
  second.run(until: steps)
  let (ended, uninterrupted) = (try text(second.snapshot()), try text(whole.snapshot()))
  #expect(ended == uninterrupted)
  let (last, wholeLast) = (second.lastProfile, whole.lastProfile)
  let (average, wholeAverage) = (second.averageProfile, whole.averageProfile)
  let (change, wholeChange) = (second.lastPolicyChange, whole.lastPolicyChange)
  #expect(last == wholeLast)
  #expect(average == wholeAverage)
  #expect(average != nil)
  #expect(change == wholeChange)
}

/// As above, for learners from the model.
func expectSameBitsWhenTakenUp<L: ModelLearner>(
  _ type: L.Type, _ yaml: String, game: StochasticGame, rounds: Int, split: Int
) throws {
  try expectSameBitsWhenTakenUp(split: split) { seed in
    try modelLoop(type, yaml, game: game, rounds: rounds, seed: seed)
  }
}

/// As above, for learners from play.
func expectSameBitsWhenTakenUp<L: Learner>(
  _ type: L.Type, _ yaml: String, game: StochasticGame, steps: Int, split: Int
) throws {
  try expectSameBitsWhenTakenUp(split: split) { seed in
    try playLoop(type, yaml, game: game, steps: steps, seed: seed)
  }
}
