import Testing

@testable import Experiments

@Test(arguments: [
  (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (12_345, "12,345"), (999_999, "999,999"),
  (1_000_000, "1,000,000"), (-1, "-1"), (-999, "-999"), (-1000, "-1,000"),
  (Int.min, "-9,223,372,036,854,775,808"),
])
func `commas stand between thousands`(number: Int, text: String) {
  #expect(grouped(number) == text)
}

/// 2¹²⁸ − 1.
@Test func `counts beyond 64 bits have commas too`() {
  #expect(grouped(UInt128.max) == "340,282,366,920,938,463,463,374,607,431,768,211,455")
  #expect(grouped(UInt128(192_736_405)) == "192,736,405")
  #expect(grouped(UInt8(255)) == "255")
}

@Test func `a document's number is shown whole, and none where there is none`() {
  #expect(grouped(1234.9 as Double?) == "1,234")
  #expect(grouped(-1234.9 as Double?) == "-1,234")
  #expect(grouped(999_999_999_999_999 as Double?) == "999,999,999,999,999")
  for number in [nil, .nan, .infinity, -.infinity, 1e15, -1e15] as [Double?] {
    #expect(grouped(number) == "none")
  }
}
