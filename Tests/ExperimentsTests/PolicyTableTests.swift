import Environments
import Foundation
import Testing

@testable import Experiments

private func path(_ root: TemporaryFolder) -> String { root.path + "/policy.csv" }

/// What reading a text says.
private func refusal(_ text: String, _ game: StochasticGame) throws -> String {
  let root = try TemporaryFolder()
  try writeAtomically(text, to: path(root))
  do {
    _ = try PolicyTable.read(path(root), game: game)
    return "accepted"
  } catch { return "\(error)" }
}

private func mixed(_ game: StochasticGame) -> Profile {
  var profile = game.uniformProfile
  profile[0].setLaw([0.1, 0.2, 1 - 0.1 - 0.2], at: 3)
  profile[1].setLaw([0, 1, 0], at: 2)
  return profile
}

@Test func `policies survive the table bit for bit, without lines for what is never played`() throws
{
  let root = try TemporaryFolder()
  let game = try configuration().game
  let text = PolicyTable.csv(game, [("mine", mixed(game)), ("other", game.uniformProfile)])
  try writeAtomically(text, to: path(root))
  let read = try PolicyTable.read(path(root), game: game)
  #expect(read == ["mine": mixed(game), "other": game.uniformProfile])
  // 7 states × 3 actions × 2 players, twice, less the two actions that player 2 never plays.
  #expect(text.split(separator: "\n").count == 1 + 2 * 42 - 2)
}

@Test func `damage to a table is named by line`() throws {
  let game = try configuration().game
  let text = PolicyTable.csv(game, [("mine", mixed(game))])
  let lines = text.split(separator: "\n")
  #expect(try refusal("", game).contains("holds no policy"))
  #expect(try refusal("a,b\n1,2\n", game).contains("policy.csv:1: must name the columns player"))
  #expect(try refusal(lines[0] + ",player\n", game).contains("names the column player twice"))
  #expect(
    try refusal(lines.dropLast().joined(separator: "\n"), game).contains("must be nonnegative"))
  #expect(
    try refusal(lines.dropLast(3).joined(separator: "\n"), game).contains(
      "says nothing of player 2 at state 2"))
  #expect(
    try refusal((lines + [lines[1]]).joined(separator: "\n"), game).contains(
      "policy.csv:42: repeats"))
  #expect(
    try refusal(text.replacing("mine,1,0,", with: "mine,9,0,"), game).contains(
      "policy.csv:2: player 9 must be from 1 to 2"))
  #expect(
    try refusal(text.replacing("mine,1,0,", with: "mine,1,7,"), game).contains("state 7 is none"))
  #expect(
    try refusal(text.replacing(",0.1\n", with: ",0.3\n"), game).contains("must be nonnegative"))
  // Indices from 1, as other programs count, beside the right labels.
  #expect(
    try refusal(text.replacing("mine,1,0,", with: "mine,1,1,"), game).contains(
      "policy.csv:2: state 1 is called"))
  #expect(
    try refusal(text.replacing(",0,0,", with: ",1,0,"), game).contains("action 1 is called"))
  #expect(
    try refusal(text.replacing(",0.1\n", with: ",nan\n"), game).contains(
      "probability nan must be a number in [0, 1]"))
}

/// What another program may write: labels instead of indices, no policy column, columns in another
/// order and one too many, line ends of another system.
@Test func `tables of other programs are read by label`() throws {
  let root = try TemporaryFolder()
  let game = try configuration().game
  var lines = ["probability,action_label,state_label,note,player"]
  for player in 0..<2 {
    for state in 0..<7 {
      let action = (state + player) % 3
      let label = game.actionLabels.labels(player, at: state)[action]
      lines.append("1,\(label),\(game.stateLabels[state]),hello,\(player + 1)")
    }
  }
  try writeAtomically(lines.joined(separator: "\r\n") + "\r\n", to: path(root))
  let read = try PolicyTable.read(path(root), game: game)
  let expected = Profile(
    (0..<2).map { player in game.purePolicy(player, (0..<7).map { ($0 + player) % 3 }) })
  #expect(read == [PolicyTable.defaultName: expected])
}
