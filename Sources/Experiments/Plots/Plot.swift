internal import Foundation

/// Pictures, drawn by gnuplot as SVG, PNG and PDF.
public enum Plot {
  /// What came of drawing.
  public enum Outcome: Sendable {
    /// The files drawn.
    case drawn([String])
    /// Nothing was drawn: why, and the way out.
    case skipped(String)

    /// One line for a person: the folder, and what is in it.
    public var text: String {
      guard case .drawn(let files) = self, let first = files.first else {
        if case .skipped(let reason) = self { return reason }
        return "none"
      }
      var names: [String] = []
      var formats: [String] = []
      for file in files {
        let url = URL(fileURLWithPath: file)
        let name = url.deletingPathExtension().lastPathComponent
        if !names.contains(name) { names.append(name) }
        if !formats.contains(url.pathExtension) { formats.append(url.pathExtension) }
      }
      return "\(URL(fileURLWithPath: first).deletingLastPathComponent().relativePath) "
        + "(\(names.joined(separator: ", ")) as \(formats.joined(separator: ", ")))"
    }
  }

  /// The pictures that a folder already holds.
  static func existing(folder: String) -> Outcome {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let files = names.sorted().filter { name in
      Format.allCases.contains { name.hasSuffix(".\($0.rawValue)") }
    }
    return files.isEmpty
      ? .skipped("none yet; lab train draws them") : .drawn(files.map { "\(folder)/\($0)" })
  }

  /// Runs a script for each format, `NAME.svg`, `NAME.png` and `NAME.pdf` in a folder.
  ///
  /// The same script gives the same bytes: no file holds a date.
  ///
  /// - Parameters:
  ///   - height: of the picture, where its width is 720.
  ///   - formats: the files to draw.
  ///   - title: what the picture shows, as SVG files say it to those who do not see it.
  ///   - script: makes the script for a canvas.
  /// - Throws: `FileError` if the folder cannot be made or a file not be written.
  static func draw(
    _ name: String, folder: String, height: Int = 440, formats: [Format] = Format.allCases,
    title: String? = nil, script: (Canvas) -> String
  ) throws -> Outcome {
    guard let gnuplot = program("gnuplot") else {
      return .skipped(
        "no plots: gnuplot is not installed (Debian: apt-get install gnuplot-nox)")
    }
    try makeFolder(folder)
    var files: [String] = []
    for format in formats {
      let file = "\(folder)/\(name).\(format.rawValue)"
      let temporary = file + ".tmp"
      let canvas = Canvas(format: format, height: height, output: temporary)
      defer { unlink(temporary) }
      guard try run(gnuplot, script: script(canvas), beside: temporary), fileExists(temporary)
      else {
        return .skipped("no plots: gnuplot at \(gnuplot) could not draw \(file)")
      }
      switch format {
      case .png: break
      case .svg:
        try writeAtomically(finished(svg: readText(temporary), title: title ?? name), to: temporary)
      case .pdf: try writeAtomically(withoutDate(pdf: readData(temporary)), to: temporary)
      }
      guard rename(temporary, file) == 0 else {
        throw FileError(file, "cannot be written: \(String(cString: strerror(errno)))")
      }
      files.append(file)
    }
    return .drawn(files)
  }

  /// Two outcomes as one: all files drawn, or the first reason why there are none.
  static func together(_ first: Outcome, _ second: Outcome?) -> Outcome {
    guard let second else { return first }
    if case .drawn(let files) = first, case .drawn(let more) = second {
      return .drawn(files + more)
    }
    if case .drawn(let files) = first, !files.isEmpty { return first }
    return second
  }

  /// gnuplot calls every SVG picture *Gnuplot*, and names one font.
  private static func finished(svg: String, title: String) -> String {
    svg.replacing("<title>Gnuplot</title>", with: "<title>\(escaped(title))</title>")
      .replacing(
        "font-family=\"\(Canvas.font)\"",
        with: "font-family=\"\(Canvas.font), Verdana, sans-serif\"")
  }

  /// A PDF file whose date of creation is always the same, for the same bytes. Its length stays, for
  /// it has a table of positions.
  private static func withoutDate(pdf: Data) -> Data {
    var data = pdf
    let mark = Data("/CreationDate (D:".utf8)
    guard let found = data.range(of: mark) else { return data }
    let epoch = Data("20260101000000Z".utf8)
    let end = found.upperBound + epoch.count
    // Where a zone is written otherwise, its length differs; the digits are there in any case.
    guard end <= data.endIndex else { return data }
    let digits = data[found.upperBound..<end].prefix { $0 >= 0x30 && $0 <= 0x39 }
    data.replaceSubrange(digits.startIndex..<digits.endIndex, with: epoch.prefix(digits.count))
    return data
  }

  /// The first executable of a name on the PATH.
  private static func program(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
      .map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Runs a script from a file: a program that ends early cannot break a pipe to it.
  private static func run(_ path: String, script: String, beside output: String) throws -> Bool {
    let file = output + ".gnuplot"
    try writeAtomically(script, to: file)
    defer { unlink(file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = [file]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
