import Foundation
import Statistics

/// Where, with what and beside what the figures were measured.
func machineLine() -> String {
  let environment = ProcessInfo.processInfo.environment
  let model =
    (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?
    .split(separator: "\n").first { $0.hasPrefix("model name") }?
    .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
  return [
    "\(ProcessInfo.processInfo.activeProcessorCount) cores (\(model ?? "unknown processor"))",
    environment["BENCH_SWIFT_VERSION"] ?? "Swift of unknown version",
    "GSL \(gslVersion)",
    "load average \(loadAverage())",
  ].joined(separator: ", ")
}

/// Over one minute.
func loadAverage() -> String {
  var load = [0.0]
  return getloadavg(&load, 1) == 1 ? decimal(load[0], 1) : "unknown"
}

func decimal(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

/// Prints a Markdown table with aligned columns.
func printTable(_ header: [String], _ rows: [[String]]) {
  let widths = header.indices.map { column in
    ([header] + rows).map { $0[column].count }.max() ?? 0
  }
  func line(_ cells: [String]) -> String {
    let padded = zip(cells, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
    return "| " + padded.joined(separator: " | ") + " |"
  }
  print(line(header))
  print(line(widths.map { String(repeating: "-", count: $0) }))
  for row in rows { print(line(row)) }
  fflush(nil)
}
