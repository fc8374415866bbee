/// Tile coding: n grids over the unit cube, each shifted against the others, with one active tile
/// in each. Features are 0 or 1.
///
/// `tiles` tiles of width w = 1/`tiles` span every dimension. Tiling t is moved by t w/n times the
/// displacement vector (1, 3, 5, …), modulo w: shifts by the first odd integers leave no diagonal
/// artefacts (Miller and Glanz 1996; Sutton and Barto 2018, section 9.5.4, who advise n ≥ 4 d, a
/// power of two). One tile more in every dimension covers what the shift uncovers.
public struct TileCoding: Sendable, Equatable {
  /// The number of tilings n.
  public let tilings: Int
  /// Tiles per dimension.
  public let tiles: Int

  /// Tilings and tiles, at least one of each.
  public init(tilings: Int, tiles: Int) {
    precondition(tilings >= 1 && tiles >= 1, "at least one tiling of one tile")
    self.tilings = tilings
    self.tiles = tiles
  }

  /// n (tiles + 1)^d, or nil if that overflows.
  public func featureCount(dimensions: Int) -> Int? {
    guard let perTiling = power(tiles + 1, dimensions) else { return nil }
    let (count, overflow) = perTiling.multipliedReportingOverflow(by: tilings)
    return overflow ? nil : count
  }

  /// The active tile of each tiling at u ∈ [0, 1]^d, ascending.
  ///
  /// Tiling t occupies features t (tiles + 1)^d onwards; within it the tile's place in every
  /// dimension is read as a number with the first dimension most significant. A point within 1e-9
  /// tiles below an edge counts as on it, so that rounding of u moves no state to another tile.
  public func activeTiles(at u: [Double]) -> [Int] {
    (0..<tilings).map { tiling in
      u.indices.reduce(tiling) { index, dimension in
        let shift = Double(tiling * (2 * dimension + 1) % tilings) / Double(tilings)
        let place = Int((u[dimension] * Double(tiles) + shift + 1e-9).rounded(.down))
        return index * (tiles + 1) + min(place, tiles)
      }
    }
  }
}
