import Testing

@testable import Configuration

private let levels = Parameter("levels", .list(.real(.any)), .optional, "some numbers")
private let counts = Parameter("counts", .list(.integer(0...9)), .optional, "some whole numbers")

@Test func `lists of numbers are read in order, whole ones as reals`() throws {
  let set = try resolve("levels: [3, -2.5, 1e-3, 3]\ncounts: [4, 0]", [levels, counts])
  #expect(set.reals("levels") == [3, -2.5, 0.001, 3])
  #expect(set.reals("counts") == [4, 0])
  #expect(try resolve("levels: []", [levels]).reals("levels") == [])
}

@Test func `what is no list of numbers has no numbers`() {
  #expect(ParameterValue.list([.real(0.5), .integer(2)]).numbers == [0.5, 2])
  // One entry that is no number would otherwise move all after it.
  #expect(ParameterValue.list([.real(0.5), .text("2"), .real(3)]).numbers == nil)
  #expect(ParameterValue.list([.list([.real(1)])]).numbers == nil)
  #expect(ParameterValue.real(1).numbers == nil)
  #expect(ParameterValue.real(1).number == 1 && ParameterValue.integer(2).number == 2)
  #expect(ParameterValue.boolean(true).number == nil && ParameterValue.text("1").number == nil)
}

@Test func `a list that was not declared is a bug of the caller`() async {
  await #expect(processExitsWith: .failure) { _ = ParameterSet().reals("levels") }
  await #expect(processExitsWith: .failure) {
    let set: ParameterSet = ["levels": .list([.text("high")])]
    _ = set.reals("levels")
  }
}

@Test func `a set is written as its keys and values in order`() {
  let written: ParameterSet = ["kind": .text("steps"), "b": .integer(1), "a": .real(0.5)]
  var made = ParameterSet()
  made.set("kind", .text("steps"))
  made.set("b", .integer(1))
  made.set("a", .real(0.5))
  #expect(written == made)
  #expect(written.entries.map(\.name) == ["kind", "b", "a"])
}
