internal import Statistics

/// Broyden's method on a box, one evaluation at a time: Algorithm 4 (Light, section 8.3).
///
/// From m₀ with B₀ = I: m₁ = Proj(m₀ − B₀⁻¹ f(m₀)), and then, with θ = m_t − m_{t−1} and Δ = f(m_t) −
/// f(m_{t−1}), B_t = B_{t−1} + (Δ − B_{t−1} θ) θᵀ / (θᵀ θ) and m_{t+1} = Proj(m_t − B_t⁻¹ f(m_t)). With
/// one scalar, that is the secant method after the first step.
///
/// What the paper leaves open: the projection clips each scalar to its bounds; the update is left out
/// where the projection did not let m move; B starts again from I where it has become singular or
/// holds m at a point of the boundary.
///
/// Whoever evaluates f, exactly or from samples, asks for `point` and reports f there by `advance`;
/// what is needed to go on later is `Codable`.
public struct BroydenIteration: Sendable, Codable, Equatable {
  /// Where f is to be evaluated next.
  public private(set) var point: [Double]
  /// Steps taken.
  public private(set) var steps = 0
  /// How often B started again from I.
  public private(set) var resets = 0
  /// Whether −f points out of the box at the boundary, so that no step is possible.
  public private(set) var isStuck = false

  private let low: [Double]
  private let high: [Double]
  /// B, row-major.
  private var matrix: [Double]
  private var lastPoint: [Double]?
  private var lastResidual: [Double] = []

  /// Begins at a point, clipped to the box.
  ///
  /// - Precondition: one number per scalar, at least one.
  public init(start: [Double], bounds: [ClosedRange<Double>]) {
    precondition(start.count == bounds.count && !start.isEmpty, "one number per scalar")
    low = bounds.map(\.lowerBound)
    high = bounds.map(\.upperBound)
    matrix = Self.identity(start.count)
    point = start
    point = clipped(start)
  }

  /// B, the present estimate of the derivative of f, row-major.
  public var derivative: [Double] { matrix }

  /// Takes f at `point` and moves `point` on. O(n³).
  ///
  /// - Throws: `MeanFieldError.unsuitable` if f is not finite.
  public mutating func advance(_ residual: [Double]) throws {
    precondition(residual.count == point.count, "one number per scalar")
    guard residual.allSatisfy(\.isFinite) else {
      throw MeanFieldError.unsuitable("Broyden's method: m − Φ(m) is not finite at m = \(point)")
    }
    update(residual)
    var next = step(residual)
    if next == nil || (next == point && residual.contains { $0 != 0 }) {
      matrix = Self.identity(point.count)
      resets += 1
      next = step(residual)
      isStuck = next == point
    }
    lastPoint = point
    lastResidual = residual
    point = next!
    steps += 1
  }

  /// The rank-one change after which B explains the last step.
  private mutating func update(_ residual: [Double]) {
    guard let lastPoint else { return }
    let move = zip(point, lastPoint).map { $0 - $1 }
    let length = move.reduce(0) { $0 + $1 * $1 }
    guard length > 0 else { return }
    let n = point.count
    for i in 0..<n {
      var unexplained = residual[i] - lastResidual[i]
      for j in 0..<n { unexplained -= matrix[i * n + j] * move[j] }
      for j in 0..<n { matrix[i * n + j] += unexplained * move[j] / length }
    }
  }

  /// Proj(m − B⁻¹ f); nil if B is singular.
  private func step(_ residual: [Double]) -> [Double]? {
    let n = point.count
    if n == 1 {
      let next = point[0] - residual[0] / matrix[0]
      return next.isFinite ? clipped([next]) : nil
    }
    let system = DenseMatrix(rows: n, columns: n, values: matrix)
    guard let move = try? Statistics.solve(system, residual) else { return nil }
    return clipped(zip(point, move).map { $0 - $1 })
  }

  private func clipped(_ m: [Double]) -> [Double] {
    m.indices.map { min(max(m[$0], low[$0]), high[$0]) }
  }

  private static func identity(_ n: Int) -> [Double] { DenseMatrix.identity(n).values }
}
