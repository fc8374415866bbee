import Foundation
import Testing

@testable import Experiments

private func read(_ text: String) throws -> DocumentValue {
  try #require(DocumentValue(json: Data(text.utf8)))
}

@Test func `JSON is read`() throws {
  let value = try read(
    #" {"a": [1, -2.50e-3, true, null], "b": {"c": "x\n\u00e9\"", "d": ""}, "é": []} "#)
  #expect(value["a"] == .list([.number(1), .number(-0.0025), .boolean(true), .null]))
  #expect(value["b"]["c"] == .text("x\né\""))
  #expect(value["b"]["d"] == .text(""))
  #expect(value["é"] == .list([]))
  #expect(value["z"] == .null)
  // Seeds are more than a Double holds.
  #expect(try read("[9007199254740993]").list[0] == .integer(9_007_199_254_740_993))
}

@Test(arguments: [
  "", "{", "[1,", "[1 2]", "{\"a\" 1}", "{\"a\":}", "nul", "\"open", "1 2", "{\"a\":1,}", "[1]]",
  "--1", "1e400", "\"\\", String(repeating: "[", count: 5000),
])
func `what is no JSON is refused`(text: String) {
  #expect(DocumentValue(json: Data(text.utf8)) == nil)
}

/// Written by Foundation, read here, written again: the same document.
@Test func `documents survive reading and writing`() throws {
  struct Document: Encodable {
    var numbers: [Double] = [0.1, 1e-300, -1.5e300, 5e-324, 3, 1 / 3]
    var whole = [Int.max, -7]
    var text = "a/b \"c\" \\ \u{1} ü 😀"
    var none: Int?
    var nested = ["k": [true, false]]
  }
  let data = jsonData(Document())
  #expect(jsonData(try #require(DocumentValue(json: data))) == data)
}

private let document = """
  {"status": "converged", "values": [[1, 2], [3]], "value_initial": [0.5, -1],
   "certificate": {"max_regret": 1e-16, "tolerance": null, "deep": {"x": 1}},
   "policies": {"last": {"nash_conv": {"iqm": 2, "low": 1, "high": 3, "per_seed": [1, 3]},
                         "value_initial": [{"iqm": 5, "low": 4, "high": 6, "per_seed": [4, 6]}]}},
   "share": 0.5, "share_interval": [0.25, 0.75], "measures": {"econ/price": 7}, "nothing": null,
   "crossings": [{"m": 0.3, "kind": "pure"}],
   "listed": [{"name": "value/1", "mean": 2, "low": 1, "high": null, "exact": 2.5},
              {"name": "value/2", "mean": 3, "low": 2, "high": 4}, {"name": "rent", "mean": 0}]}
  """

private func fields(_ path: String) throws -> [String]? {
  let columns = SweepColumns(
    requested: [path], isExplicit: true, places: { [$0, "policies/\($0)"] })
  return columns.fields(of: try read(document))[0]?.map { field in
    "\(field.name)=\(field.value.isNull ? "null" : field.value.field)"
  }
}

@Test(arguments: [
  ("status", ["status=converged"]),
  ("value_initial", ["value_initial/1=0.5", "value_initial/2=-1"]),
  ("value_initial/2", ["value_initial/2=-1"]),
  ("values", ["values=2"]),
  ("values/2/1", ["values/2/1=3"]),
  ("certificate/max_regret", ["certificate/max_regret=1e-16"]),
  ("certificate", ["certificate/max_regret=1e-16", "certificate/tolerance=null"]),
  ("last/nash_conv", ["last/nash_conv=2", "last/nash_conv/low=1", "last/nash_conv/high=3"]),
  (
    "last/value_initial",
    ["last/value_initial/1=5", "last/value_initial/1/low=4", "last/value_initial/1/high=6"]
  ),
  ("share", ["share=0.5", "share/low=0.25", "share/high=0.75"]),
  ("measures/econ/price", ["measures/econ/price=7"]),
  ("nothing", ["nothing=null"]),
  ("nothing/at/all", ["nothing/at/all=null"]),
  ("crossings", ["crossings=1"]),
  ("listed/value/1", ["listed/value/1=2", "listed/value/1/low=1", "listed/value/1/high=null"]),
  ("listed/value/1/exact", ["listed/value/1/exact=2.5"]),
  (
    "listed/value",
    [
      "listed/value/1=2", "listed/value/1/low=1", "listed/value/1/high=null", "listed/value/2=3",
      "listed/value/2/low=2", "listed/value/2/high=4",
    ]
  ),
  ("listed/rent/mean", ["listed/rent/mean=0"]),
  ("crossings/1/kind", ["crossings/1/kind=pure"]),
])
func `a path through a document becomes the columns it leads to`(path: String, expected: [String])
  throws
{
  #expect(try fields(path) == expected)
}

@Test(arguments: ["statos", "value_initial/3", "value_initial/0", "status/x", "crossings/2/m"])
func `a path that leads nowhere is none`(path: String) throws {
  #expect(try fields(path) == nil)
}

@Test func `columns are those of all documents, and what none has is named`() throws {
  let columns = SweepColumns(
    requested: ["value", "status", "typo", "gone"], isExplicit: true)
  let documents = try [
    #"{"value": null, "status": "cycle", "gone": null}"#,
    #"{"value": [1, 2], "status": "converged", "gone": null}"#,
    #"{"value": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], "gone": null}"#,
  ].map { columns.fields(of: try read($0)) }
  let found = columns.names(documents)
  #expect(found.columns == (1...11).map { "value/\($0)" } + ["status", "gone"])
  #expect(found.missing == ["typo"])
  let own = SweepColumns(requested: ["status", "typo", "gone"], isExplicit: false)
  let quiet = own.names(
    try [own.fields(of: read(#"{"status": "x", "gone": null}"#))])
  #expect(quiet.columns == ["status"])
  #expect(quiet.missing == [])
}

@Test func `names are as short as they can be`() {
  #expect(
    SweepTable.shortNames(
      ["game.parameters.mu", "game.parameters.omega", "learner.kind", "a.x.y", "b.x.y", "seed"],
      separator: ".") == ["mu", "omega", "learner.kind", "a.x.y", "b.x.y", "seed"])
  #expect(
    SweepTable.shortNames(["value_initial/1", "policies/last/nash_conv"], separator: "/")
      == ["value_initial/1", "nash_conv"])
}
