internal import Environments
internal import Statistics

extension PathPlan: EnsemblePlan {
  var stepsPerPath: Int { periods }

  var empty: [PathSums] {
    let isIndependent = settings.draws == .independent
    let paths = CrossMoments(columns: columns.count, pairs: isIndependent ? columns.pairs : [])
    let units =
      isIndependent ? nil : CrossMoments(columns: columns.count, pairs: columns.pairs)
    let longRun = CrossMoments(columns: max(1, longRun.count), pairs: longRun.pairs)
    let players = columns.players
    let batches = frame.emptyBatches
    return played.indices.map { index in
      let isDeparted = hasDeparture && index == played.count - 1
      return PathSums(
        paths: paths, units: units, longRun: longRun, batches: batches,
        differences: index == 0 ? nil : CrossMoments(columns: columns.count),
        sketches: Array(repeating: QuantileSketch(), count: players + 1),
        totals: settings.fanTotals
          ? Array(
            repeating: QuantileSketch(),
            count: players * min(periods, TotalsFeature.largestDateCount)) : [],
        sections: isIndependent
          ? nil
          : CrossMoments(
            columns: quantities.count * dates.count * (1 + 2 * settings.quantiles.count)),
        departures: isDeparted
          ? CrossMoments(columns: quantities.count * departureDates.count) : nil)
    }
  }

  var emptyCounts: [PathCounts] {
    let bins = events.count * EventFeature.bins(periods: periods).count
    return played.map { played in
      PathCounts(
        dates: Array(repeating: 0, count: dates.count * played.tables.cellCount),
        passages: Array(repeating: 0, count: bins), durations: Array(repeating: 0, count: bins),
        visits: Array(repeating: 0, count: game.stateCount),
        visitSquares: Array(repeating: Array(repeating: 0, count: game.stateCount), count: 2))
    }
  }

  func worker() -> any BlockWorker { PathWorker(self, empty: empty) }
}
