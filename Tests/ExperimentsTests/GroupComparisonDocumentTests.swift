import Experiments
import Foundation
import Testing

private func comparison(
  _ scores: [(String, [Double])], from seeds: [UInt64]? = nil, replications: Int = 50
) throws -> GroupComparison {
  try GroupComparison(
    scores.enumerated().map { index, entry in
      let first = seeds?[index] ?? 1
      return try ScoreGroup(
        name: entry.0, task: "race", seeds: entry.1.indices.map { first + UInt64($0) },
        scores: entry.1)
    },
    settings: ComparisonSettings(
      measure: "NashConv at parity", orientation: .lowerIsBetter, seed: 1,
      replications: replications))
}

/// The document's keys; null is written, not left out.
@Test func `the document has stable keys`() throws {
  let document = try comparison([("x", [1, 2, 4]), ("y", [1, 3])])
  let object = try #require(
    try JSONSerialization.jsonObject(with: Data(jsonLine(document).utf8)) as? [String: Any])
  #expect(
    object.keys.sorted() == [
      "groups", "measure", "orientation", "pairs", "power", "replications", "schema",
      "significance", "tasks", "thresholds",
    ])
  #expect(object["orientation"] as? String == "lower_is_better")
  let groups = try #require(object["groups"] as? [[String: Any]])
  #expect(
    groups[0].keys.sorted() == [
      "iqm", "mean", "median", "name", "profile", "runs", "scores", "seeds",
    ]
  )
  let pair = try #require((object["pairs"] as? [[String: Any]])?.first)
  #expect(
    pair.keys.sorted() == [
      "effect_size", "first", "improvement", "mann_whitney", "mean_difference", "paired",
      "pairs_needed", "second", "seeds_per_group", "welch",
    ])
  #expect(pair["paired"] is NSNull && pair["pairs_needed"] is NSNull)
  let welch = try #require(pair["welch"] as? [String: Any])
  #expect(welch.keys.sorted() == ["p_adjusted", "result", "verdict"])
  #expect(welch["verdict"] as? String == "not significant")
  let result = try #require(welch["result"] as? [String: Any])
  #expect(result.keys.sorted() == ["degrees_of_freedom", "difference", "p_value", "statistic"])
}

/// The whole text of two groups of three seeds, so that a change shows. Mann-Whitney, counting all 20
/// divisions of the joint values: 0.5. By scipy 1.17.1: ttest_ind(x, y, equal_var=False) 0.4419 and
/// [-4.995, 2.662], ttest_rel(x, y) 0.0198 and [-1.884, -0.4496]; numpy: d = -0.698.
@Test func `the text of a small comparison`() throws {
  let text = try comparison([("q-learning", [1, 2, 4]), ("ppo", [2, 3, 5.5])]).text
  let tables = text.components(separatedBy: "\n\nIQM:")
  #expect(tables.count == 2 && tables[1].contains("50 resamples"))
  #expect(
    tables[0] == """
      NashConv at parity: lower is better

      A  q-learning
      B  ppo

                   estimate        95% interval
      ─────────────────────────────────────────
      A (3 seeds)
        IQM         2.33333  [1.33333, 3.85000]
        mean        2.33333  [1.07500, 4.00000]
        median      2.00000  [1.00000, 4.00000]
      B (3 seeds)
        IQM         3.50000  [2.33333, 5.31250]
        mean        3.50000  [2.07500, 5.50000]
        median      3.00000  [2.00000, 5.50000]

      score         A     B
      ─────────────────────
      ≤ 1.00000   33%    0%
      ≤ 1.67500   33%    0%
      ≤ 2.35000   67%   33%
      ≤ 3.02500   67%   67%
      ≤ 3.70000   67%   67%
      ≤ 4.37500  100%   67%
      ≤ 5.05000  100%   67%
      ≤ 5.50000  100%  100%

                        estimate           95% interval  p (Holm)
      ────────────────────────────────────────────────────────────────────────────
      A against B
        P(A better)     0.722222    [0.075000, 1.00000]    0.5000  not significant
        mean A − B      -1.16667    [-4.99497, 2.66164]    0.4419  not significant
        paired A − B    -1.16667  [-1.88378, -0.449558]    0.0198
        variance cut         99%
        effect size d  -0.698257
        seeds needed          34
        pairs needed           3
      """)
}

/// Thirty groups, names too long, numbers of every length: nothing is wider than 80 columns.
@Test func `the text stays within 80 columns`() throws {
  let scales: [Double] = [1, -0.123_456_7, 1e-9, -1e12, 123_456.7]
  var groups: [(String, [Double])] = []
  for index in 0..<30 {
    let steps = (0..<5).map { Double((7 * index + 3 * $0) % 11) }
    let name = "group \(index) " + String(repeating: "long", count: index)
    groups.append((name, steps.map { scales[index % 5] * (1 + 0.01 * $0) }))
  }
  let text = try comparison(
    groups, from: (0..<30).map { UInt64($0 % 2) }, replications: 10
  ).text
  for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
  #expect(text.contains("AC against AD") && text.contains("not significant"))
  #expect(text.contains("\nAD  group 29 long"))
}
