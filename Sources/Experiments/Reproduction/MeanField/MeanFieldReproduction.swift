/// Light, "Computing and Learning Stationary Mean Field Equilibria with Scalar Interactions:
/// Algorithms and Applications": every number, figure and trend of its simulations.
public enum MeanFieldReproduction: Reproduction {
  /// The word after `lab reproduce`.
  public static let name = "mean-field-equilibria"
  /// One line.
  public static let summary =
    "Light: stationary mean-field equilibria with scalar interactions, exact and learned"
  /// From the methods to the models, in the order of the paper's figures.
  public static let groups: [ReproductionGroup] =
    IterationRows.groups + InventoryRows.groups + SocialLearningRows.groups
    + OligopolyRows.groups + MarketRows.groups + LearnedRows.groups
}
