/// A dense matrix of doubles, row after row in one flat array: entry (i, j) is
/// `values[i * columns + j]`. Meant for the small systems of games, up to a few hundred rows.
public struct DenseMatrix: Sendable, Codable, Equatable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// The entries, shape [rows × columns], row-major.
  public private(set) var values: [Double]

  /// A matrix of equal entries.
  /// - Precondition: neither dimension is negative.
  public init(rows: Int, columns: Int, repeating value: Double = 0) {
    precondition(rows >= 0 && columns >= 0, "DenseMatrix: negative dimension")
    self.rows = rows
    self.columns = columns
    values = [Double](repeating: value, count: rows * columns)
  }

  /// A matrix over flat row-major storage.
  /// - Precondition: there are rows × columns values.
  public init(rows: Int, columns: Int, values: [Double]) {
    precondition(
      rows >= 0 && columns >= 0 && values.count == rows * columns,
      "DenseMatrix: \(values.count) values for \(rows) × \(columns)")
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  /// A matrix written out by rows.
  /// - Precondition: all rows have one length.
  public init(_ rows: [[Double]]) {
    self.init(rows: rows.count, columns: rows.first?.count ?? 0, values: rows.flatMap { $0 })
    precondition(rows.allSatisfy { $0.count == columns }, "DenseMatrix: rows differ in length")
  }

  /// Decodes and checks that the values fill the dimensions.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    rows = try container.decode(Int.self, forKey: .rows)
    columns = try container.decode(Int.self, forKey: .columns)
    values = try container.decode([Double].self, forKey: .values)
    let (size, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows >= 0, columns >= 0, !overflow, values.count == size else {
      throw DecodingError.dataCorruptedError(
        forKey: .values, in: container,
        debugDescription: "\(values.count) values for \(rows) × \(columns)")
    }
  }

  private enum CodingKeys: CodingKey {
    case rows, columns, values
  }

  /// The identity of `size` rows.
  public static func identity(_ size: Int) -> DenseMatrix {
    var matrix = DenseMatrix(rows: size, columns: size)
    for i in 0..<size { matrix[i, i] = 1 }
    return matrix
  }

  /// Entry (row, column).
  public subscript(row: Int, column: Int) -> Double {
    get {
      precondition((0..<columns).contains(column), "column \(column) of \(columns)")
      return values[row * columns + column]
    }
    set {
      precondition((0..<columns).contains(column), "column \(column) of \(columns)")
      values[row * columns + column] = newValue
    }
  }

  /// Row `index` as a slice of the storage.
  public func row(_ index: Int) -> ArraySlice<Double> {
    values[(index * columns)..<((index + 1) * columns)]
  }

  /// Column `index`, copied.
  public func column(_ index: Int) -> [Double] { (0..<rows).map { self[$0, index] } }

  /// The transpose.
  public var transposed: DenseMatrix {
    var result = DenseMatrix(rows: columns, columns: rows)
    for i in 0..<rows { for j in 0..<columns { result[j, i] = self[i, j] } }
    return result
  }

  /// A x, each entry summed in the order of the columns.
  /// - Precondition: x has one entry per column.
  public static func * (matrix: DenseMatrix, x: [Double]) -> [Double] {
    precondition(x.count == matrix.columns, "\(x.count) entries for \(matrix.columns) columns")
    return (0..<matrix.rows).map { i in
      var sum = 0.0
      for j in 0..<matrix.columns { sum += matrix.values[i * matrix.columns + j] * x[j] }
      return sum
    }
  }
}
