internal import Foundation

/// Cosines of the coordinates u ∈ [0, 1]^d.
///
///     xᵢ = cos(π u · c(i)),   c(i) ∈ {0, …, order}^d
///
/// Konidaris, Osentoski and Thomas (2011), "Value function approximation in reinforcement learning
/// using the Fourier basis", AAAI; Sutton and Barto (2018), eq. 9.18. (order + 1)^d features, the
/// last dimension's frequency varying fastest.
public func fourierFeatures(at u: [Double], order: Int) -> [Double] {
  multiIndices(base: order + 1, dimensions: u.count).map { c in
    cos(.pi * zip(u, c).reduce(0) { $0 + $1.0 * Double($1.1) })
  }
}

/// What part of a step size each weight takes: 1/‖c(i)‖, and 1 where c(i) = 0 (the same sources).
public func fourierScales(dimensions: Int, order: Int) -> [Double] {
  multiIndices(base: order + 1, dimensions: dimensions).map { c in
    let square = c.reduce(0) { $0 + $1 * $1 }
    return square == 0 ? 1 : 1 / Double(square).squareRoot()
  }
}
