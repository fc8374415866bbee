internal import Environments

extension Plot {
  /// Draws a path of play: each coordinate of the state as steps over periods.
  ///
  /// - Returns: what was drawn; a machine without gnuplot is no error.
  /// - Throws: `FileError` if the folder cannot be made.
  static func path(_ path: DirectionalPath, title: String, to target: Target) throws -> Outcome {
    // Long rest at the end says nothing.
    let last = path.states.indices.last { $0 > 0 && path.states[$0] != path.states[$0 - 1] } ?? 0
    let drawn = path.states.prefix(last + max(2, last / 4) + 1)
    // States that have names and no size stand along the axis by their names, if these are few.
    let visited = Set(drawn.map { $0[0] }).sorted()
    var names: [String]?
    if let labels = path.labels, visited.count <= 25 {
      names = visited.map { state in
        labels[path.states.firstIndex { $0[0] == state }!].description
      }
    }
    let height = { (state: [Double], index: Int) -> Double in
      names == nil ? state[index] : Double(visited.firstIndex(of: state[index])!)
    }
    return try draw(
      target.name, folder: target.folder, height: 400, formats: target.formats, title: title
    ) { canvas in
      var script = canvas.preamble
      var plots: [String] = []
      for (index, coordinate) in path.coordinates.enumerated() {
        script += "$line\(index) << EOD\n"
        for (period, state) in drawn.enumerated() {
          script += "\(period) \(height(state, index))\n"
        }
        // The last state lasts.
        if let last = drawn.last { script += "\(drawn.count) \(height(last, index))\n" }
        script += "EOD\n"
        // What is drawn first lies below, and stays to be seen where lines meet.
        let width = 2.0 + 2.5 * Double(path.coordinates.count - 1 - index)
        plots.append(
          "$line\(index) using 1:2 with steps \(canvas.line(width)) lc rgb '\(colour(index))' "
            + "title '\(quoted(coordinate))' noenhanced")
      }
      if let names {
        let tics = names.enumerated().map { "'\(quoted($0.element))' \($0.offset)" }
        script += "set ytics (\(tics.joined(separator: ", "))) noenhanced\nunset key\n"
        script += "set yrange [-0.5:\(Double(names.count) - 0.5)]\n"
      } else {
        script += "set key outside right top\nset offsets 0, 0, graph 0.05, 0\n"
        if path.labels == nil { script += "set ylabel 'cost'\nset yrange [0:]\n" }
      }
      return script + """
        set title '\(quoted(title))' noenhanced
        set xlabel 'period'
        set xtics \(max(1, (drawn.count + 9) / 10))
        plot \(plots.joined(separator: ", \\\n  "))

        """
    }
  }
}

extension DirectionalPath {
  /// How long it takes until nothing changes.
  var text: String {
    let periods = actions.count
    let length = "\(grouped(periods)) period\(periods == 1 ? "" : "s")"
    return ended
      ? "play changes nothing any more after \(length)" : "play may still change after \(length)"
  }
}
