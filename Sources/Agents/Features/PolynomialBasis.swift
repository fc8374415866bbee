/// All products of powers up to `degree` of the coordinates z = 2u − 1 ∈ [−1, 1].
///
///     xᵢ = Πⱼ zⱼ^c(i, j),   c(i) ∈ {0, …, degree}^d
///
/// Sutton and Barto (2018), eq. 9.17; (degree + 1)^d features, the last dimension's power varying
/// fastest. On [−1, 1] powers are less alike than on [0, 1], and steps stay stable for longer.
public func polynomialFeatures(at u: [Double], degree: Int) -> [Double] {
  let powers = u.map { coordinate in
    var powers = [1.0]
    for _ in 0..<degree { powers.append(powers.last! * (2 * coordinate - 1)) }
    return powers
  }
  return multiIndices(base: degree + 1, dimensions: u.count).map { c in
    c.indices.reduce(1) { $0 * powers[$1][c[$1]] }
  }
}
