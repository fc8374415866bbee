internal import Configuration
internal import Foundation

/// A kind of folder or document that can be reported on. A new kind is one type that conforms, and
/// one line in the registry.
protocol ReportSource: Sendable {
  /// What the kind is called: `train`.
  static var kind: String { get }

  /// Takes a place if it is of this kind. Nothing is judged yet.
  ///
  /// - Returns: nil if another kind should be asked.
  init?(_ place: ReportPlace)

  /// What is there, as building blocks.
  ///
  /// - Throws: `TrainingStop` if interrupted; other errors only for what no report can say.
  func report(_ context: ReportContext) throws -> Report

  /// What `lab list runs` says of it, without judging anything.
  var facts: RunFacts { get }
}

/// What a report may use besides the folder.
public struct ReportContext: Sendable {
  /// Options of judging: which equilibria, which policy, threads.
  public var options: CompareOptions
  /// Whether to stop.
  public var interruption: Interruption
  /// Told of a search for equilibria.
  public var progress: ProgressDisplay
  /// Whether only a terminal's parts are wanted, so that nothing else need be worked out.
  public var isBrief: Bool

  /// Creates a context.
  public init(
    options: CompareOptions, interruption: Interruption, progress: ProgressDisplay,
    isBrief: Bool = false
  ) {
    self.options = options
    self.interruption = interruption
    self.progress = progress
    self.isBrief = isBrief
  }
}

/// A path that a report is asked about, looked at once.
public struct ReportPlace: Sendable {
  /// The folder or document; of one seed's folder, the run that holds it.
  public let path: String
  /// The seed whose folder was named.
  let seed: UInt64?
  /// Whether it is a folder.
  let isFolder: Bool
  /// The keys of the folder's `config.yaml`, in the order written; nil without one that can be read.
  let configurationKeys: [String]?
  /// Whether that is the configuration of a mean-field game.
  let isMeanField: Bool
  /// The folder's `summary.json`, or the document; null if there is none that can be read.
  let document: DocumentValue

  /// Looks at a path.
  ///
  /// - Throws: `FileError` if nothing is there, or a document is none.
  public init(_ argument: String) throws {
    var path = argument
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    guard fileExists(path) else {
      throw FileError(
        argument, "no such folder or document; `lab list runs` shows the runs that there are",
        isUsage: true)
    }
    let url = URL(fileURLWithPath: path)
    let parent = url.deletingLastPathComponent().relativePath
    if url.lastPathComponent.hasPrefix("seed="), fileExists("\(parent)/config.yaml") {
      seed = UInt64(url.lastPathComponent.dropFirst(5))
      path = parent
    } else {
      seed = nil
    }
    self.path = path
    isFolder = isDirectory(path)
    guard isFolder else {
      configurationKeys = nil
      isMeanField = false
      document = try DocumentValue(path: path)
      return
    }
    let configuration = "\(path)/config.yaml"
    let node =
      fileExists(configuration) ? try? readDocument(path: configuration, overrides: []) : nil
    configurationKeys = node?.entries?.map(\.key)
    isMeanField = node.map(GameSelection.isMeanField) ?? false
    document = (try? DocumentValue(path: "\(path)/summary.json")) ?? .null
  }

  /// The last part of the path.
  var name: String { URL(fileURLWithPath: path).lastPathComponent }
  /// The document's `schema`, such as `equilibrium-lab/study/1`; empty if it has none.
  var schema: String { document["schema"].text ?? "" }
  /// The second word of the schema, such as `study`; nil if there is none.
  var documentKind: String? {
    let words = schema.split(separator: "/")
    return words.count > 1 && words[0] == "equilibrium-lab" ? String(words[1]) : nil
  }
  /// The folder as a run, or the one seed of it that was named; nil without a `config.yaml`.
  var run: RunFolder? {
    try? RunFolder(argument: seed.map { "\(path)/seed=\($0)" } ?? path)
  }
  /// Whether the folder is of a path study: its configuration simulates paths, and does not train, or
  /// has seeds that did.
  var isPathStudy: Bool {
    guard let keys = configurationKeys, keys.contains("montecarlo") else { return false }
    return !(keys.contains("learner") || keys.contains("learners"))
      || RunFolder(path: path).seeds().contains { fileExists("\($0.path)/statistics.csv") }
  }
  /// What cannot be read of the folder, in a sentence; nil if nothing.
  var damage: String? {
    if has("summary.json"), document.isNull { return "summary.json cannot be read: it is damaged." }
    if has("config.yaml"), configurationKeys == nil {
      return "config.yaml cannot be read: it is damaged."
    }
    return nil
  }
  /// Whether the folder holds a file of a name.
  func has(_ name: String) -> Bool { isFolder && fileExists("\(path)/\(name)") }

  /// What of this kind makes of the place: the first that takes it.
  ///
  /// - Throws: `FileError` if no kind does.
  func source() throws -> any ReportSource {
    for kind in Registry.reportSources {
      if let source = kind.init(self) { return source }
    }
    throw FileError(
      path,
      "is nothing that lab wrote: name a run, a study, a reproduction, or a document saved from "
        + "--json", isUsage: true)
  }
}

/// Whether a path is a folder.
func isDirectory(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}

extension Registry {
  /// Every kind of folder and document that reports are made of; the first that takes a path has it.
  static let reportSources: [any ReportSource.Type] = [
    MonteCarloSource.self,
    TrainingSource.self,
    MeanFieldSource.self,
    SweepSource.self,
    StudySource.self,
    ReproductionSource.self,
    DocumentSource.self,
    FolderSource.self,
  ]
}

extension Report {
  /// Reports on paths: one each, after a comparison of those that are runs, if they are several.
  ///
  /// - Throws: `FileError` if a path is nothing that lab wrote; `TrainingStop` if interrupted.
  public static func make(_ paths: [String], _ context: ReportContext) throws -> [Report] {
    var places: [ReportPlace] = []
    for path in paths {
      let place = try ReportPlace(path)
      if !places.contains(where: { $0.path == place.path && $0.seed == place.seed }) {
        places.append(place)
      }
    }
    let reports = try places.map { place in
      if context.interruption.isRequested { throw TrainingStop.stopped }
      return try place.source().report(context)
    }
    let comparison = try ComparisonReport.make(places, context)
    return ((comparison.map { [$0] } ?? []) + reports).map(\.withDistinctNames)
  }
}
