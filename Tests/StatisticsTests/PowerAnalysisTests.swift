import Statistics
import Testing

/// statsmodels 0.15.0: TTestIndPower().solve_power(effect_size=d, alpha=a, power=p) gives real
/// sizes; the fewest whole ones are those rounded up.
@Test(arguments: [
  (0.1, 1570.7330430520037, 3564.4920345532423), (0.2, 393.4056930002526, 892.3686640254616),
  (0.3, 175.38466947047476, 397.5329095534447), (0.5, 63.76561058891169, 144.18270141972667),
  (0.8, 25.524571854446116, 57.35486963604483), (1, 16.714722446954024, 37.328446754425194),
  (1.5, 8.060294283896704, 17.58185837833461), (2, 5.08999456823225, 10.710970860972095),
  (3, 3.070009095559428, 5.876480939579243), (5, 2.117220030981076, 3.4660474816869034),
])
func `group sizes equal statsmodels'`(effect: Double, usual: Double, strict: Double) throws {
  let deviations = (2.5, 2.5)
  let difference = -2.5 * effect
  #expect(
    try PowerAnalysis().seedsPerGroup(difference: difference, standardDeviations: deviations)
      == Int(usual.rounded(.up)))
  #expect(
    try PowerAnalysis(significance: 0.01, power: 0.95).seedsPerGroup(
      difference: difference, standardDeviations: deviations) == Int(strict.rounded(.up)))
}

/// statsmodels 0.15.0: TTestIndPower().power(d, n, 0.05) and TTestPower().power(d, n, 0.05).
@Test(arguments: [
  (0.5, 64, 0.8014595579222542, 0.9760555768876558),
  (0.5, 10, 0.18509565629116606, 0.2931756065140767),
  (2, 3, 0.46264081189130635, 0.4707494312784346),
  (0.001, 50, 0.050002808127829715, 0.05000550697769579),
  (0.8, 2, 0.07918238751785182, 0.07882061454243196),
  (5, 2, 0.7191805363914983, 0.42096140914950364),
  (0.2, 400, 0.8064972788078826, 0.9788415525519362),
])
func `power equals statsmodels'`(effect: Double, n: Int, groups: Double, pairs: Double) throws {
  let analysis = PowerAnalysis()
  let two = try analysis.power(groupsOf: n, difference: effect, standardDeviations: (1, 1))
  #expect(abs(two - groups) < 1e-8)
  let one = try analysis.power(pairs: n, difference: effect, standardDeviation: 1)
  #expect(abs(one - pairs) < 1e-8)
}

/// scipy 1.17.1: nct.sf(t, v, λ) + nct.cdf(-t, v, λ) with v and λ of unequal deviations, at the
/// first n where it reaches 0.8 and at the one before.
@Test(arguments: [
  (1.0, 1.0, 3.0, 81, 0.8045449523811155, 0.7995924205111308),
  (0.5, 0.2, 1.0, 35, 0.8062106454341612, 0.7942059037107276),
  (2, 0, 1, 5, 0.9088848681009404, 0.7549839171140108),
])
func `group sizes under unequal deviations`(
  difference: Double, first: Double, second: Double, n: Int, at: Double, before: Double
) throws {
  let analysis = PowerAnalysis()
  for deviations in [(first, second), (second, first)] {
    #expect(
      try analysis.seedsPerGroup(difference: difference, standardDeviations: deviations) == n)
    for (count, expected) in [(n, at), (n - 1, before)] {
      let power = try analysis.power(
        groupsOf: count, difference: difference, standardDeviations: deviations)
      #expect(abs(power - expected) < 1e-8)
    }
  }
}

/// statsmodels 0.15.0: TTestPower().solve_power(effect_size=d, alpha=0.05, power=0.8).
@Test(arguments: [
  (0.2, 198.150820955562), (0.5, 33.36713118431779), (1, 9.93785094105438), (2, 4.22071858501904),
])
func `numbers of pairs equal statsmodels'`(effect: Double, expected: Double) throws {
  #expect(
    try PowerAnalysis().pairs(difference: effect * 1e-3, standardDeviation: 1e-3)
      == Int(expected.rounded(.up)))
}

@Test func `no size finds no difference, any size finds one without variance`() throws {
  let analysis = PowerAnalysis()
  #expect(try analysis.seedsPerGroup(difference: 0, standardDeviations: (1, 1)) == nil)
  #expect(try analysis.seedsPerGroup(difference: 0, standardDeviations: (0, 0)) == nil)
  #expect(try analysis.seedsPerGroup(difference: 0.1, standardDeviations: (0, 0)) == 2)
  #expect(try analysis.seedsPerGroup(difference: 1e-9, standardDeviations: (1, 1)) == nil)
  #expect(try analysis.seedsPerGroup(difference: 1e6, standardDeviations: (1e-6, 0)) == 2)
  #expect(try analysis.pairs(difference: 0, standardDeviation: 1) == nil)
  #expect(try analysis.pairs(difference: 1, standardDeviation: 0) == 2)
}

/// For large groups the size of the normal test, Φ(λ − z) + Φ(−λ − z) ≥ 0.8 with λ = d √(n/2), is
/// short of that of the t test by z²/4 = 0.96 and terms of order 1/n.
@Test func `large groups follow the normal law`() throws {
  let z = try normalQuantile(0.975)
  for effect in [0.01, 0.001, 0.0002] {
    let n = try #require(
      try PowerAnalysis().seedsPerGroup(difference: effect, standardDeviations: (1, 1)))
    func normalPower(_ n: Double) -> Double {
      let λ = effect * (n / 2).squareRoot()
      return normalProbability(below: λ - z) + normalProbability(below: -λ - z)
    }
    #expect(normalPower(Double(n) - z * z / 4 + 0.5) > 0.8)
    #expect(normalPower(Double(n) - z * z / 4 - 1.5) < 0.8)
  }
}

@Test func `power analysis refuses bad settings and numbers`() {
  let settings = [
    PowerAnalysis(significance: 0), PowerAnalysis(power: 1), PowerAnalysis(power: .nan),
    PowerAnalysis(significance: 0.9, power: 0.8),
  ]
  for analysis in settings {
    #expect(throws: NumericalError.self) {
      try analysis.seedsPerGroup(difference: 1, standardDeviations: (1, 1))
    }
  }
  let analysis = PowerAnalysis()
  for deviations in [(-1.0, 1.0), (1, .infinity)] {
    #expect(throws: NumericalError.self) {
      try analysis.seedsPerGroup(difference: 1, standardDeviations: deviations)
    }
  }
  #expect(throws: NumericalError.self) {
    try analysis.pairs(difference: .nan, standardDeviation: 1)
  }
  #expect(throws: NumericalError.self) {
    try analysis.power(groupsOf: 1, difference: 1, standardDeviations: (1, 1))
  }
  #expect(throws: NumericalError.self) {
    try analysis.power(groupsOf: 5, difference: 1, standardDeviations: (0, 0))
  }
  #expect(throws: NumericalError.self) {
    try analysis.power(pairs: 5, difference: 1, standardDeviation: 0)
  }
}
