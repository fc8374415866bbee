/// Curves with intervals on common axes: what gnuplot draws on a page, and dots in a terminal.
public struct Chart: Encodable, Sendable, Equatable {
  /// How numbers are laid out along an axis.
  public enum Scale: String, Encodable, Sendable {
    /// Evenly.
    case linear
    /// By their logarithms; what is not positive is left out.
    case logarithmic
  }

  /// One point with its interval.
  public struct Point: Encodable, Sendable, Equatable {
    /// Where it stands.
    public var x: Double
    /// The estimate.
    public var y: Double
    /// Lower end of its interval, if it has one.
    public var low: Double?
    /// Upper end.
    public var high: Double?

    /// Creates a point.
    public init(_ x: Double, _ y: Double, low: Double? = nil, high: Double? = nil) {
      (self.x, self.y, self.low, self.high) = (x, y, low, high)
    }
  }

  /// How a series is drawn.
  public enum Look: String, Encodable, Sendable {
    /// A line, its intervals a band.
    case curve
    /// Points, their intervals bars.
    case marks
    /// What the others are held against: black, dashed or hollow.
    case reference
  }

  /// Points that belong together.
  public struct Series: Encodable, Sendable, Equatable {
    /// What the key calls it.
    public var name: String
    /// How it is drawn.
    public var look: Look
    /// Its points, x ascending.
    public var points: [Point]

    /// Creates a series; points that are not finite are left out.
    public init(_ name: String, _ look: Look, _ points: [Point]) {
      self.name = name
      self.look = look
      self.points = points.filter { $0.x.isFinite && $0.y.isFinite }.map {
        let isWhole = ($0.low ?? 0).isFinite && ($0.high ?? 0).isFinite
        return isWhole ? $0 : Point($0.x, $0.y)
      }
    }
  }

  /// One pair of axes.
  public struct Panel: Encodable, Sendable, Equatable {
    /// Above it; empty for none.
    public var title: String
    /// What x is.
    public var xAxis: String
    /// What y is.
    public var yAxis: String
    /// How x is laid out.
    public var xScale = Scale.linear
    /// How y is laid out.
    public var yScale = Scale.linear
    /// Whether y begins at 0.
    public var isFromZero = false
    /// Names of x = 0, 1, …; empty where x is a quantity.
    public var categories: [String] = []
    /// What is drawn, in order.
    public var series: [Series]

    /// Creates a panel.
    public init(
      title: String = "", xAxis: String, yAxis: String, xScale: Scale = .linear,
      yScale: Scale = .linear, isFromZero: Bool = false, categories: [String] = [],
      series: [Series]
    ) {
      self.title = title
      self.xAxis = xAxis
      self.yAxis = yAxis
      self.xScale = xScale
      self.yScale = yScale
      self.isFromZero = isFromZero
      self.categories = categories
      self.series = series
    }

    /// The panel without points that its scales cannot show, and without empty series.
    var drawable: Panel {
      var panel = self
      panel.series = series.compactMap { series in
        var series = series
        series.points = series.points.compactMap { point in
          guard xScale == .linear || point.x > 0, yScale == .linear || point.y > 0 else {
            return nil
          }
          guard yScale == .logarithmic, let low = point.low, low <= 0 else { return point }
          // A logarithm has no zero: the band ends at its estimate.
          return Point(point.x, point.y, low: point.y, high: point.high)
        }
        return series.points.isEmpty ? nil : series
      }
      return panel
    }

    /// Smallest and largest y of points and intervals; nil if there is nothing.
    var yRange: ClosedRange<Double>? {
      let values = series.flatMap(\.points).flatMap { [$0.y, $0.low ?? $0.y, $0.high ?? $0.y] }
      guard let low = values.min(), let high = values.max() else { return nil }
      return isFromZero ? min(0, low)...max(high, 0) : low...high
    }

    /// Smallest and largest x; nil if there is nothing.
    var xRange: ClosedRange<Double>? {
      let values = series.flatMap(\.points).map(\.x)
      guard let low = values.min(), let high = values.max() else { return nil }
      return low...high
    }
  }

  /// The file's name without its ending.
  public var name: String
  /// Above everything.
  public var title: String
  /// The panels, in reading order.
  public var panels: [Panel]

  /// Creates a chart.
  public init(_ name: String, title: String, panels: [Panel]) {
    self.name = name
    self.title = title
    self.panels = panels
  }

  /// Whether there is anything to draw.
  public var isEmpty: Bool { panels.allSatisfy { $0.drawable.series.isEmpty } }
}
