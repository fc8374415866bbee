extension RaceReport: Encodable {
  /// The keys of the JSON form: one flat object, arrays over gaps where the property has them.
  enum CodingKeys: String, CodingKey {
    case gaps
    case trainingLevels = "training_levels"
    case policies
    case meanTraining = "mean_training"
    case values
    case expectedCompute = "expected_compute"
    case expectedPrice = "expected_price"
    case expectedRents = "expected_rents"
    case utilisation
    case meanNextGap = "mean_next_gap"
    case drift
    case accessTerms = "access_terms"
    case access
    case recurrentClasses = "recurrent_classes"
    case periods
    case stationaryLaws = "stationary_laws"
    case chances = "chances_from_parity"
    case longRunLaw = "long_run_law"
    case mixedAtParity = "mixed_at_parity"
    case regime
    case parityMultiplier = "parity_multiplier"
    case turnover
    case turnoverLead = "turnover_lead"
    case turnoverPeriods = "turnover_periods"
    case attractors
    case classificationOfFirm2 = "classification_of_firm_2"
    case peakUtilisation = "peak_utilisation"
    case meanPrice = "mean_price"
    case meanUtilisation = "mean_utilisation"
  }

  /// Encodes snake_case keys. Classes are lists of grid indices from 0; `access` is null at parity;
  /// firm 1's classification stands at the top level, firm 2's in an object of its own.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(gaps, forKey: .gaps)
    try container.encode(trainingLevels, forKey: .trainingLevels)
    try container.encode(policies, forKey: .policies)
    try container.encode(meanTraining, forKey: .meanTraining)
    try container.encode(values, forKey: .values)
    try container.encode(expectedCompute, forKey: .expectedCompute)
    try container.encode(expectedPrice, forKey: .expectedPrice)
    try container.encode(expectedRents, forKey: .expectedRents)
    try container.encode(utilisation, forKey: .utilisation)
    try container.encode(meanNextGap, forKey: .meanNextGap)
    try container.encode(drift, forKey: .drift)
    try container.encode(accessTerms, forKey: .accessTerms)
    try container.encode(access, forKey: .access)
    try container.encode(longRun.classes.map(\.states), forKey: .recurrentClasses)
    try container.encode(longRun.classes.map(\.period), forKey: .periods)
    try container.encode(longRun.classes.map(\.law), forKey: .stationaryLaws)
    try container.encode(longRun.classes.map(\.chance), forKey: .chances)
    try container.encode(longRun.law, forKey: .longRunLaw)
    try container.encode(mixedAtParity, forKey: .mixedAtParity)
    try encode(classification, to: &container)
    var second = container.nestedContainer(
      keyedBy: CodingKeys.self, forKey: .classificationOfFirm2)
    try encode(classificationOfFirm2, to: &second)
    try container.encode(peakUtilisation, forKey: .peakUtilisation)
    try container.encode(meanPrice, forKey: .meanPrice)
    try container.encode(meanUtilisation, forKey: .meanUtilisation)
  }

  private func encode(
    _ classification: RaceClassification, to container: inout KeyedEncodingContainer<CodingKeys>
  ) throws {
    try container.encode(classification.regime, forKey: .regime)
    try container.encode(classification.parityMultiplier, forKey: .parityMultiplier)
    try container.encode(classification.turnover, forKey: .turnover)
    try container.encode(classification.turnoverLead, forKey: .turnoverLead)
    try container.encode(classification.turnoverPeriods, forKey: .turnoverPeriods)
    try container.encode(classification.attractors, forKey: .attractors)
  }
}
