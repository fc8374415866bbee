/// Iskhakov, Rust and Schjerning, "Recursive Lexicographical Search: Finding All Markov Perfect
/// Equilibria of Finite State Directional Dynamic Games": Table 1, Figures 5 to 8 and the claims about
/// the leapfrogging duopoly. Table and figures are numbered as in the draft of September 2013; the
/// article is in the Review of Economic Studies 83 (2016).
///
/// The draft prints no parameters. Those of `PaperDuopolies` are the authors' own programs', under
/// which the counts of Table 1 come out to the last digit.
public enum LeapfroggingReproduction: Reproduction {
  /// The word after `lab reproduce`.
  public static let name = "leapfrogging-rls"
  /// One line.
  public static let summary =
    "Iskhakov, Rust and Schjerning: every equilibrium of the leapfrogging duopoly"
  /// Table 1 first, then the figures, then the claims in words.
  public static let groups: [ReproductionGroup] =
    CountRows.groups + StringRows.groups + OutcomeRows.groups + ShockRows.groups
    + EndGameRows.groups + StructureRows.groups + [CountRows.six]
}
