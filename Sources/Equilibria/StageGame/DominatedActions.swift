/// A game without its strictly dominated actions, and which actions were kept.
struct ReducedGame {
  /// Indices of the row actions kept, ascending.
  var rows: [Int]
  /// Indices of the column actions kept, ascending.
  var columns: [Int]

  /// Keeps every action.
  init(all game: BimatrixGame) {
    rows = Array(0..<game.rows)
    columns = Array(0..<game.columns)
  }

  /// Removes, again and again until none is left, every action that some other remaining action
  /// beats against *every* remaining action of the rival.
  ///
  /// Such an action has probability 0 in every equilibrium, so the equilibria of what is left,
  /// padded with zeros, are those of `game`: none is lost, none gained. To beat means by more than
  /// the solvers' tolerance of 1e-12 of the stakes, so that ties blurred by rounding are not
  /// mistaken for dominance. Only dominance by a pure action is looked for.
  /// Cost O((m² n + m n²) rounds).
  init(eliminatingDominatedActionsOf game: BimatrixGame) {
    let stakes = game.stakes
    let rowMargin = Double.tolerance * stakes.row
    let columnMargin = Double.tolerance * stakes.column
    rows = Array(0..<game.rows)
    columns = Array(0..<game.columns)
    let n = game.columns
    var changed = true
    while changed {
      changed = false
      let keptRows = rows.filter { i in
        !rows.contains { k in
          k != i
            && columns.allSatisfy { j in
              game.rowPayoffs[k * n + j] - game.rowPayoffs[i * n + j] > rowMargin
            }
        }
      }
      changed = keptRows.count < rows.count
      rows = keptRows
      let keptColumns = columns.filter { j in
        !columns.contains { k in
          k != j
            && rows.allSatisfy { i in
              game.columnPayoffs[i * n + k] - game.columnPayoffs[i * n + j] > columnMargin
            }
        }
      }
      changed = changed || keptColumns.count < columns.count
      columns = keptColumns
    }
  }
}
