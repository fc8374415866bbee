/// Arithmetic of equilibrium strings: numbers whose digits have bases that depend on the digits before
/// them (Iskhakov, Rust and Schjerning 2016, section 3.2).
///
/// Digits are kept in solving order: the first belongs to the end game and counts most, the last is
/// the lowest.
public enum EquilibriumString {
  /// The value of a string under its own bases (equation 30). It is no running number across strings,
  /// since bases to the right of a changed digit may change; nil if it exceeds 2¹²⁸ − 1.
  public static func value(of digits: [Int], bases: [Int]) -> UInt128? {
    precondition(digits.count == bases.count, "one base per digit")
    var value: UInt128 = 0
    for (digit, base) in zip(digits, bases) {
      let (product, overflow) = value.multipliedReportingOverflow(by: UInt128(base))
      let (sum, carry) = product.addingReportingOverflow(UInt128(digit))
      if overflow || carry { return nil }
      value = sum
    }
    return value
  }

  /// The next feasible string and the digit that was raised; nil after the last one (equation 31,
  /// Lemma 6).
  public static func successor(of digits: [Int], bases: [Int]) -> (digits: [Int], raised: Int)? {
    guard let raised = digits.indices.last(where: { digits[$0] + 1 < bases[$0] }) else {
      return nil
    }
    var next = digits
    next[raised] += 1
    for lower in (raised + 1)..<max(digits.count, raised + 1) { next[lower] = 0 }
    return (next, raised)
  }
}
