extension Plot {
  /// The files that a picture is drawn as.
  public enum Format: String, Sendable, CaseIterable {
    /// Vectors, for a page.
    case svg
    /// Pixels, 2 for each unit of length.
    case png
    /// Vectors with their fonts embedded, for a paper.
    case pdf
  }

  /// What a script draws on: gnuplot's terminal for a format, and line widths, points and fonts that
  /// look alike on all of them.
  ///
  /// One unit of length is a CSS pixel, 1/96 inch: a picture is 720 wide, 7.5 inches on paper.
  struct Canvas: Sendable {
    /// What kind of file is drawn.
    let format: Format
    /// Height in units.
    let height: Int
    /// The file.
    let output: String

    /// Width of every picture in units.
    static let width = 720
    /// The font of every picture; where it is missing the system's nearest is taken.
    static let font = "DejaVu Sans"
    /// Font size of every picture in units.
    static let fontSize = 13.0

    /// gnuplot's terminal.
    var terminal: String {
      let size = word(fontSize(Self.fontSize))
      let rest = "font '\(Self.font),\(size)' background '#ffffff'"
      switch format {
      case .svg: return "svg size \(Self.width),\(height) \(rest)"
      case .png: return "pngcairo size \(2 * Self.width),\(2 * height) \(rest)"
      case .pdf:
        let (width, height) = (Double(Self.width) / 96, Double(height) / 96)
        // Unscaled, sizes of fonts would be in units of a 96th of an inch.
        return "pdfcairo size \(word(width))in,\(word(height))in fontscale 0.75 \(rest)"
      }
    }

    /// What every script begins with: terminal, file, and the frame that all pictures share.
    var preamble: String {
      """
      set terminal \(terminal)
      set output '\(quoted(output))'
      set border 3
      set tics nomirror out
      set grid ytics lc rgb '#dddddd'

      """
    }

    /// `lw …` for a line of a width in units.
    func line(_ width: Double) -> String {
      switch format {
      case .svg: "lw \(word(width))"
      case .png: "lw \(word(2 * width))"
      // Half a point each; a unit is three quarters.
      case .pdf: "lw \(word(1.5 * width))"
      }
    }

    /// `ps …` for points of a size, 1 being as large as a letter.
    func point(_ size: Double) -> String {
      switch format {
      case .svg: "ps \(word(size))"
      case .png: "ps \(word(2 * size))"
      case .pdf: "ps \(word(0.75 * size))"
      }
    }

    /// `,size` after a font's name, for a size in units.
    func font(_ size: Double) -> String { "font ',\(word(fontSize(size)))'" }

    private func fontSize(_ size: Double) -> Double {
      switch format {
      case .svg: size
      // In points of 72 an inch, where pixels are 96.
      case .png: 1.5 * size
      case .pdf: 0.75 * size
      }
    }

    private func word(_ number: Double) -> String {
      let text = decimal(number, 3)
      var trimmed = text[...]
      while trimmed.hasSuffix("0") { trimmed.removeLast() }
      if trimmed.hasSuffix(".") { trimmed.removeLast() }
      return String(trimmed)
    }
  }

  /// Colours that people with any vision tell apart (Okabe and Ito 2008), then again paler.
  static let colours = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#7FB8D8",
    "#EAAE7F", "#7FCEB9", "#E5BCD3", "#F2CF7F",
  ]

  /// The colour of a series, again from the start where they run out.
  static func colour(_ index: Int) -> String { colours[index % colours.count] }

  /// As gnuplot quotes a text. A line break would end the quotation.
  static func quoted(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 }).replacing("'", with: "''")
  }
}
