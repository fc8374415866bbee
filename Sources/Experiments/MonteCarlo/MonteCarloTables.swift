internal import Environments

extension MonteCarloDocument {
  private static func field(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }

  /// What tables of markets have besides: values in a continuum.
  private var limitColumn: String { agents == nil ? "" : ",limit" }
  private func limit(_ value: Double?) -> [String] { agents == nil ? [] : [Self.field(value)] }

  /// One line per profile and statistic.
  var statisticsCSV: String {
    var lines = [
      "profile,group,statistic,unit,mean,standard_error,low,high,units,method,exact,z,gain"
        + limitColumn
    ]
    func add(_ profile: String, _ group: String, _ rows: [PathStatistic]) {
      for row in rows {
        let cells: [String] =
          [
            PolicyTable.quoted(profile), group, PolicyTable.quoted(row.name),
            PolicyTable.quoted(row.unit), "\(row.mean)", Self.field(row.standardError),
            Self.field(row.low), Self.field(row.high), "\(row.units)",
            PolicyTable.quoted(row.method), Self.field(row.exact), Self.field(row.z),
            Self.field(row.gain),
          ] + limit(row.limit)
        lines.append(cells.joined(separator: ","))
      }
    }
    for profile in profiles {
      add(profile.name, "path", profile.statistics)
      add(profile.name, "event", profile.events)
      add(profile.name, "long_run", profile.longRun)
      for correlation in profile.autocorrelations {
        for row in correlation.lags {
          let name = "autocorrelation/\(correlation.quantity)/\(row.lag)"
          let cells: [String] =
            [
              PolicyTable.quoted(profile.name), "autocorrelation", PolicyTable.quoted(name), "",
              "\(row.estimate)", Self.field(row.standardError), Self.field(row.low),
              Self.field(row.high), "\(profile.occupancy.units)",
              PolicyTable.quoted(profile.occupancy.method), Self.field(row.exact), "", "",
            ] + limit(nil)
          lines.append(cells.joined(separator: ","))
        }
      }
    }
    for difference in differences {
      add("\(difference.profile) - \(difference.against)", "difference", difference.statistics)
    }
    if let departure { add("departure", "difference", departure.gains) }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One line per profile, quantity and date.
  var fansCSV: String {
    let levels = profiles[0].fans.first?.levels ?? []
    let header = levels.flatMap { ["q\($0)", "q\($0)_low", "q\($0)_high", "q\($0)_exact"] }
    var lines = [
      (["profile", "quantity", "date", "mean", "standard_error", "low", "high", "exact_mean"]
        + header).joined(separator: ",") + (agents == nil ? "" : ",limit_mean")
    ]
    for profile in profiles {
      let totals = profile.totals.map { fan in
        var fan = fan
        fan.name = "running/\(fan.name)"
        return fan
      }
      for fan in profile.fans + totals {
        for row in fan.dates {
          var cells: [String] = [
            PolicyTable.quoted(profile.name), PolicyTable.quoted(fan.name), "\(row.date)",
            Self.field(row.mean), Self.field(row.standardError), Self.field(row.low),
            Self.field(row.high), Self.field(row.exactMean),
          ]
          for quantile in row.quantiles {
            cells += [
              "\(quantile.value)", Self.field(quantile.low), Self.field(quantile.high),
              Self.field(quantile.exact),
            ]
          }
          cells += limit(row.limitMean)
          lines.append(cells.joined(separator: ","))
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// One line per profile and state.
  var occupancyCSV: String {
    var lines = ["profile,state,share,standard_error,low,high,exact,z" + limitColumn]
    for profile in profiles {
      for row in profile.occupancy.states {
        let cells: [String] =
          [
            PolicyTable.quoted(profile.name), PolicyTable.quoted(row.state.description),
            "\(row.share)", Self.field(row.standardError), Self.field(row.low),
            Self.field(row.high), Self.field(row.exact), Self.field(row.z),
          ] + limit(row.limit)
        lines.append(cells.joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
