/// Numbers as `.nfg` files write them: whole, decimal or a fraction of two whole numbers.
enum ExactNumber {
  /// The double nearest to a number, ties to even; nil for text that is no number, or one whose
  /// fraction has a part of more than `fractionDigits` digits or a denominator of 0.
  ///
  /// `1`, `-2.50`, `.5`, `1e-5`, `+1/3`; nothing else, so neither `nan` nor `0x1p3` nor `1/2.5`.
  static func double(_ text: some StringProtocol) -> Double? {
    let bytes = Array(text.utf8)
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else {
      return isDecimal(bytes) ? Double(String(text)) : nil
    }
    var top = bytes[..<slash]
    var isNegative = false
    if let sign = top.first, sign == UInt8(ascii: "-") || sign == UInt8(ascii: "+") {
      isNegative = sign == UInt8(ascii: "-")
      top = top.dropFirst()
    }
    guard let numerator = whole(top), let denominator = whole(bytes[(slash + 1)...]),
      denominator != 0
    else { return nil }
    let value = quotient(numerator, denominator)
    return isNegative ? -value : value
  }

  /// Most digits in either part of a fraction: both must stay below 2¹²⁶.
  static let fractionDigits = 37

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isDecimal(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    func takeDigits() -> Int {
      let digits = rest.prefix(while: isDigit)
      rest = rest.dropFirst(digits.count)
      return digits.count
    }
    func takeSign() {
      if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") {
        rest = rest.dropFirst()
      }
    }
    takeSign()
    var digits = takeDigits()
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      digits += takeDigits()
    }
    guard digits > 0 else { return false }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      takeSign()
      guard takeDigits() > 0 else { return false }
    }
    return rest.isEmpty
  }

  private static func whole(_ bytes: ArraySlice<UInt8>) -> UInt128? {
    guard !bytes.isEmpty, bytes.allSatisfy(isDigit) else { return nil }
    let digits = bytes.drop { $0 == UInt8(ascii: "0") }
    guard digits.count <= fractionDigits else { return nil }
    return digits.reduce(0) { $0 * 10 + UInt128($1 - UInt8(ascii: "0")) }
  }

  /// p / q rounded to the nearest double, ties to even, by long division. Needs q > 0 and both below
  /// 2¹²⁶, so the result is neither subnormal nor infinite.
  static func quotient(_ p: UInt128, _ q: UInt128) -> Double {
    guard p != 0 else { return 0 }
    var (rest, divisor, exponent) = (p, q, 0)
    while rest < divisor { (rest, exponent) = (rest << 1, exponent - 1) }
    while rest >> 1 >= divisor { (divisor, exponent) = (divisor << 1, exponent + 1) }
    // Now rest / divisor is in [1, 2): its first 54 bits are the 53 of a double and one to round by.
    var bits: UInt64 = 0
    for _ in 0..<54 {
      bits <<= 1
      if rest >= divisor {
        rest -= divisor
        bits |= 1
      }
      rest <<= 1
    }
    let isHalf = bits & 1 == 1
    bits >>= 1
    if isHalf, rest != 0 || bits & 1 == 1 { bits += 1 }
    return Double(sign: .plus, exponent: exponent - 52, significand: Double(bits))
  }
}
