/// A rectangle of characters to draw dots and signs on.
struct TerminalCanvas {
  private let width: Int
  private let height: Int
  private let isUnicode: Bool
  /// Braille dots of each character.
  private var dots: [UInt32]
  /// A sign in place of dots.
  private var signs: [Sign?]

  /// What stands in one character's place.
  private enum Sign { case ring, mark, star, plus, point }

  /// Dots across and down in one character.
  private var across: Int { isUnicode ? 2 : 1 }
  private var down: Int { isUnicode ? 4 : 1 }

  init(width: Int, height: Int, isUnicode: Bool) {
    self.width = width
    self.height = height
    self.isUnicode = isUnicode
    dots = Array(repeating: 0, count: width * height)
    signs = Array(repeating: nil, count: width * height)
  }

  // Shares of ranges that overflow are no numbers: such points stand in the middle.
  private func column(_ share: Double) -> Int { place(share, width * across - 1) }
  private func row(_ share: Double) -> Int { place(1 - share, height * down - 1) }
  private func place(_ share: Double, _ last: Int) -> Int {
    Int((share.isFinite ? min(max(share, 0), 1) : 0.5) * Double(last) + 0.5)
  }

  private mutating func dot(_ x: Int, _ y: Int, _ sign: Sign) {
    guard (0..<width * across).contains(x), (0..<height * down).contains(y) else { return }
    let cell = (y / down) * width + x / across
    guard isUnicode else {
      if signs[cell] == nil || sign != .point { signs[cell] = sign }
      return
    }
    let bits: [[UInt32]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    dots[cell] |= bits[y % 4][x % 2]
  }

  /// A line through points, with dots at its interval's ends.
  mutating func line(_ points: [Placed], isDashed: Bool, hasBand: Bool) {
    for (a, b) in zip(points, points.dropFirst()) {
      let (first, last) = (column(a.x), column(b.x))
      var previous = row(a.y)
      for x in first...max(first, last) {
        let share = last > first ? Double(x - first) / Double(last - first) : 0
        let y = row(a.y + (b.y - a.y) * share)
        let isGap = isDashed && (x / across) % 2 == 1
        if !isGap {
          for fill in min(previous, y)...max(previous, y) { dot(x, fill, isDashed ? .plus : .star) }
        }
        previous = y
        guard hasBand, x % 3 == 0 else { continue }
        for (end, next) in [(a.low, b.low), (a.high, b.high)] {
          if let end, let next { dot(x, row(end + (next - end) * share), .point) }
        }
      }
    }
  }

  /// Points with bars between their intervals' ends.
  mutating func marks(_ points: [Placed]) {
    for point in points {
      let x = column(point.x)
      if let low = point.low, let high = point.high {
        let ends = [row(low), row(high)].sorted()
        for y in ends[0]...ends[1] { dot(x, y, .point) }
      }
      set(.mark, x, row(point.y))
    }
  }

  /// Rings, no two in one character's place.
  mutating func rings(_ points: [Placed]) {
    // A reference of two points is a line between them.
    if points.count == 2, points[1].x - points[0].x > 0.5 {
      for step in 0..<(width / 4) {
        let share = (Double(step) + 0.5) / Double(width / 4)
        let x = points[0].x + share * (points[1].x - points[0].x)
        set(.ring, column(x), row(points[0].y + share * (points[1].y - points[0].y)))
      }
      return
    }
    for point in points { set(.ring, column(point.x), row(point.y)) }
  }

  private mutating func set(_ sign: Sign, _ x: Int, _ y: Int) {
    guard (0..<width * across).contains(x), (0..<height * down).contains(y) else { return }
    signs[(y / down) * width + x / across] = sign
  }

  /// The lines of text, from the top; none ends in blanks.
  func lines(style: TerminalStyle) -> [String] {
    (0..<height).map { line in
      var text = ""
      var blanks = 0
      for cell in line * width..<(line + 1) * width {
        let drawn: String
        switch signs[cell] {
        case .ring: drawn = style.paint(style.letters("○"), .cyan)
        case .mark: drawn = style.letters("●")
        case .star: drawn = "*"
        case .plus: drawn = "+"
        case .point: drawn = "."
        case nil where dots[cell] == 0:
          blanks += 1
          continue
        case nil: drawn = String(UnicodeScalar(0x2800 + dots[cell])!)
        }
        text += String(repeating: " ", count: blanks) + drawn
        blanks = 0
      }
      return text
    }
  }
}
