internal import Environments
internal import Equilibria

/// Sections 3 and 9: where plain iteration fails, and how many steps bisection takes.
enum IterationRows {
  static let groups = [cycles, counts]

  private static let cycles = ReproductionGroup("iterating the population's law") { _ in
    let two = try PaperModels.game("mfe-two-state", "lambda: 1")
    let start = [0.4, 0.6]
    let plain = try PaperModels.iterate(two, from: start, limit: 1000)
    let exact = try PaperModels.equilibrium(two)
    // Footnote 8 with (λ, weight) on both sides of weight (1 + λ) = 2.
    let settings = [(1.0, 0.9), (2, 0.6), (2, 0.7), (3, 0.45), (3, 0.55), (0.5, 1)]
    let results = try settings.map { lambda, weight in
      try PaperModels.iterate(
        PaperModels.game("mfe-two-state", "lambda: \(lambda)"), from: start, damping: weight,
        limit: 100_000
      ).status == .converged
    }
    let agrees = zip(settings, results).allSatisfy { setting, settled in
      settled == (setting.1 * (1 + setting.0) < 2)
    }
    return [
      .claim(
        "iterating the law cycles for ever", "Example 2",
        paper: "s(1) = α, 1 − α, α, …; m* = 1/2",
        ours: plain.period.map { "period \($0); m* = \(ReproductionRow.digits(exact.m[0]))" }
          ?? "it settles",
        holds: plain.status == .cycle && plain.period == 2 && abs(exact.m[0] - 0.5) < 1e-12),
      .claim(
        "damping does not save it", "footnote 8", paper: "damped iteration diverges for large λ",
        ours: "it settles exactly where weight (1 + λ) < 2", holds: agrees,
        note:
          "the line is ours, the paper names none; six settings on both sides of it; bisection returns 1/2 at its first step",
        otherwise: (.notReproducible, "the stated line does not separate them")),
    ]
  }

  private static let counts = ReproductionGroup("steps of bisection and of iteration") { _ in
    let inventory = PaperModels.printedAlgorithm(try PaperModels.game("mfe-inventory"), delta: 1e-3)
    let kinds = [
      ("inventory", "mfe-inventory", ""), ("social learning", "mfe-social-learning", ""),
      ("ridesharing", "mfe-ridesharing", ""), ("reputation", "mfe-reputation", ""),
      ("capacity", "mfe-capacity", ""),
    ]
    let runs = try kinds.map { _, kind, parameters in
      try PaperModels.iterate(PaperModels.game(kind, parameters), limit: 3000)
    }
    let words = zip(kinds, runs).map { kind, run in
      "\(kind.0) " + (run.status == .converged ? "\(run.steps)" : "more than \(run.steps)")
    }
    return [
      .claim(
        "outer iterations of Algorithm 1, inventories", "section 3.1", paper: "10 to 15",
        ours: "\(inventory.iterations)", holds: (10...15).contains(inventory.iterations),
        note: "value iteration to 1e-4, stopped at |f| ≤ 1e-3"),
      .claim(
        "plain iteration of the law (Eq. 3) takes hundreds of steps, if it ends at all",
        "section 3.1", paper: "hundreds of iterations", ours: words.joined(separator: ", "),
        holds: runs.allSatisfy { $0.status != .converged || $0.steps >= 100 },
        note: "to a change below 1e-8",
        otherwise: (
          .notReproducible, "true of some of the paper's models, not of its inventories"
        )),
    ]
  }
}
