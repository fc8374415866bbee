internal import Equilibria
internal import Foundation

extension Plot {
  /// Draws which equilibria learners selected: a stacked bar per learner, a panel per game.
  ///
  /// - Returns: what was drawn; a machine without gnuplot is no error.
  /// - Throws: `FileError` if the folder cannot be made.
  static func selection(
    _ games: [Study.GameResult], policy: String, title: String, folder: String
  ) throws -> Outcome {
    try draw(
      "selection", folder: folder, height: max(1, games.count) * 300,
      title: "\(title): which equilibria learners selected"
    ) { canvas in
      selectionScript(games, policy: policy, title: title, canvas: canvas)
    }
  }

  static func selectionScript(
    _ games: [Study.GameResult], policy: String, title: String, canvas: Canvas
  ) -> String {
    var script = """
      \(canvas.preamble)set multiplot layout \(games.count),1 title '\(quoted(title))' noenhanced
      set style data histograms
      set style histogram rowstacked
      set style fill solid 0.9 border lc rgb '#ffffff'
      set boxwidth 0.6
      set yrange [0:1]
      set ylabel 'share of seeds'
      set key outside right top reverse Left
      set rmargin 34
      set xtics noenhanced \(canvas.font(10))

      """
    for (number, game) in games.enumerated() {
      let outcomes = game.outcomes.filter { outcome in
        game.learners.contains { learner in
          learner.matching.outcomes.contains { $0.label == outcome.label && $0.count > 0 }
        }
      }
      script += "$game\(number) << EOD\n"
      for learner in game.learners {
        let shares =
          outcomes.map { outcome in
            learner.matching.outcomes.first { $0.label == outcome.label }?.share ?? 0
          } + [learner.matching.selection.none.share]
        let name = learner.name.replacing("\"", with: "'")
        script += "\"\(name)\" \(shares.map { "\($0)" }.joined(separator: " "))\n"
      }
      script +=
        "EOD\nset title '\(quoted("\(game.name): \(policy) policies of \(game.learners[0].verdict.seeds.count) seeds a learner"))' noenhanced\n"
      let names =
        outcomes.map { outcome in
          let values = outcome.valueInitial.map { tableNumber($0) }.joined(separator: ", ")
          return values.isEmpty ? outcome.label : "\(outcome.label): \(values)"
        } + ["none"]
      let bars = names.enumerated().map { index, name -> String in
        let shade = index == outcomes.count ? "#BBBBBB" : colour(index)
        return "$game\(number) using \(index + 2):xtic(1) lc rgb '\(shade)' "
          + "title '\(quoted(name))' noenhanced"
      }
      script += "set xrange [-0.6:\(Double(game.learners.count) - 0.4)]\n"
      script += "plot \(bars.joined(separator: ", \\\n  "))\n"
    }
    return script + "unset multiplot\n"
  }
}
