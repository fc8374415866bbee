internal import Configuration

/// What one line of `lab list runs` says of a run, besides where it is and how large.
struct RunFacts: Sendable {
  /// What is played; empty if it cannot be read.
  var game = ""
  /// Who learns, or what is done.
  var method = ""
  /// How far it is.
  var state = Report.State.finished
  /// Units of work (seeds, cells, studies' pairs): done, not done, and ended in an error.
  var done = 0
  var open = 0
  var failed = 0
  /// The one number to know it by, with its name; nil before there is one.
  var measure: (name: String, value: Double)?
  /// What is damaged; nil if nothing is.
  var problem: String?

  init() {}

  /// Of a run with seeds.
  init(_ inventory: RunInventory, game: String, method: String) {
    self.game = game
    self.method = method
    state = inventory.state
    done = inventory.count(.finished)
    failed = inventory.count(.failed)
    open = inventory.seeds.count - done - failed
  }

  /// Of a run that cannot be read.
  init(problem: String) {
    state = .damaged
    self.problem = problem
  }
}

extension ReportSource {
  /// Of kinds that are no runs, nothing.
  var facts: RunFacts { RunFacts() }
}

extension TrainingSource {
  var facts: RunFacts {
    do {
      let configuration = try run.configuration()
      var facts = RunFacts(
        RunInventory(run, wanted: configuration.seeds), game: configuration.title,
        method: configuration.seats.text)
      facts.measure = Self.measure(run, "NashConv", "policies.last.nash_conv.iqm", &facts)
      return facts
    } catch {
      return RunFacts(problem: "\(error)")
    }
  }

  /// The number at a place in the run's summary; a summary that cannot be read is damage.
  static func measure(
    _ run: RunFolder, _ name: String, _ path: String, _ facts: inout RunFacts
  ) -> (name: String, value: Double)? {
    let file = "\(run.path)/summary.json"
    guard fileExists(file) else { return nil }
    do {
      return try DocumentValue(path: file).at(path).number.map { (name, $0) }
    } catch {
      facts.state = .damaged
      facts.problem = "\(error)"
      return nil
    }
  }
}

extension StudySource {
  var facts: RunFacts {
    var facts = RunFacts()
    let games = place.document["games"].list
    facts.game = games.map { $0["name"].inline }.joined(separator: ", ")
    let learners = games.flatMap { $0["learners"].list.map { $0["name"].inline } }
    facts.method = learners.enumerated().filter { !learners[..<$0.offset].contains($0.element) }
      .map(\.element).joined(separator: ", ")
    facts.done = games.reduce(0) { $0 + $1["learners"].list.count }
    facts.failed = place.document["failures"].list.count
    facts.state = facts.failed > 0 ? .failed : .finished
    return facts
  }
}

extension FolderSource {
  var facts: RunFacts {
    var facts = RunFacts()
    let document = place.document
    if let damage = place.damage { return RunFacts(problem: damage) }
    facts.state = document.isNull ? .unfinished : .finished
    facts.game = document["game"].text ?? document["title"].text ?? ""
    return facts
  }
}

extension MeanFieldSource {
  var facts: RunFacts {
    do {
      let configuration = try run.meanFieldConfiguration()
      var facts = RunFacts(
        RunInventory(run, wanted: configuration.seeds), game: configuration.title,
        method: configuration.resolved.group("learner")?.kind ?? "")
      facts.measure = TrainingSource.measure(run, "|m − m*|", "statistics.m_error.iqm", &facts)
      return facts
    } catch {
      return RunFacts(problem: "\(error)")
    }
  }
}
