/// Holm's adjusted p-values, in the order given: comparing each with α keeps the chance of any false
/// rejection among all k tests at most α, whatever their dependence.
///
///     p̃₍ᵢ₎ = max over j ≤ i of min(1, (k − j + 1) p₍ⱼ₎),  p₍₁₎ ≤ … ≤ p₍ₖ₎
///
/// Holm (1979), Scandinavian Journal of Statistics 6, p. 65. Never larger than Bonferroni's k p.
/// - Throws: `NumericalError` for a value outside [0, 1].
public func holmAdjusted(_ pValues: [Double]) throws(NumericalError) -> [Double] {
  for (index, p) in pValues.enumerated() where !(p >= 0 && p <= 1) {
    throw .domain("holmAdjusted", "pValues[\(index)] = \(p): must be in [0, 1]")
  }
  var adjusted = pValues
  var largest = 0.0
  let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
  for (position, index) in order.enumerated() {
    largest = max(largest, min(1, Double(pValues.count - position) * pValues[index]))
    adjusted[index] = largest
  }
  return adjusted
}
