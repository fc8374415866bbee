internal import Foundation

/// A file or folder that cannot be read or written.
public struct FileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The path.
  public let path: String
  /// What is wrong, and the way out.
  public let problem: String
  /// Whether the file system is fine and the request is not: another folder or flag will do.
  public let isUsage: Bool

  /// Creates an error.
  public init(_ path: String, _ problem: String, isUsage: Bool = false) {
    self.path = path
    self.problem = problem
    self.isUsage = isUsage
  }

  /// `path: problem`.
  public var description: String { "\(path): \(problem)" }
}

/// The text of a file. Throws `FileError` if it is missing, a folder, unreadable or not UTF-8.
public func readText(_ path: String) throws -> String {
  let data = try readData(path)
  guard let text = String(data: data, encoding: .utf8) else {
    throw FileError(path, "is not UTF-8 text")
  }
  return text
}

/// The bytes of a file. Throws `FileError` if it is missing, a folder or unreadable.
func readData(_ path: String) throws -> Data {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
    throw FileError(path, "no such file")
  }
  guard !isFolder.boolValue else { throw FileError(path, "is a folder, not a file") }
  guard let data = FileManager.default.contents(atPath: path) else {
    throw FileError(path, "cannot be read; check its permissions")
  }
  return data
}

/// Writes a file under a temporary name beside it, then renames it: readers see the old file or
/// the new one, never half of one. Throws `FileError`, leaving no temporary behind.
func writeAtomically(_ data: Data, to path: String) throws {
  let temporary = path + ".tmp-\(ProcessInfo.processInfo.processIdentifier)"
  do {
    try data.write(to: URL(fileURLWithPath: temporary))
    guard rename(temporary, path) == 0 else {
      throw FileError(path, "cannot be written: \(String(cString: strerror(errno)))")
    }
  } catch {
    unlink(temporary)
    if let error = error as? FileError { throw error }
    throw FileError(path, "cannot be written: \(reason(error))")
  }
}

/// Writes text; see `writeAtomically(_: Data)`.
func writeAtomically(_ text: String, to path: String) throws {
  try writeAtomically(Data(text.utf8), to: path)
}

/// Makes a folder and those above it. Throws `FileError`.
func makeFolder(_ path: String) throws {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch {
    throw FileError(path, "cannot be created: \(reason(error))")
  }
}

/// Whether something exists at a path.
func fileExists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

/// The operating system's words for an error, where Foundation hides them.
private func reason(_ error: any Error) -> String {
  let error = error as NSError
  if let inner = error.userInfo[NSUnderlyingErrorKey] as? NSError,
    inner.domain == NSPOSIXErrorDomain
  {
    return String(cString: strerror(Int32(inner.code)))
  }
  if error.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(error.code))) }
  switch CocoaError.Code(rawValue: error.code) {
  case .fileWriteNoPermission: return "permission denied"
  case .fileWriteOutOfSpace: return "no space left on the device"
  case .fileWriteFileExists: return "a file of that name is in the way"
  case .fileNoSuchFile: return "no such folder"
  default: return error.localizedDescription
  }
}

/// Compact JSON with sorted keys; numbers read back exactly.
func jsonData(_ value: some Encodable) -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  guard let data = try? encoder.encode(value) else {
    preconditionFailure("a document with a number that is not finite was about to be written")
  }
  return data
}

/// Indented JSON for files that people open.
func prettyJSON(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
  guard let data = try? encoder.encode(value) else {
    preconditionFailure("a document with a number that is not finite was about to be written")
  }
  return String(decoding: data, as: UTF8.self) + "\n"
}

/// A value that may be missing, written as `null` rather than left out: readers can rely on its key.
@propertyWrapper
public struct OrNull<Value: Encodable & Sendable>: Encodable, Sendable {
  /// The value, if there is one.
  public var wrappedValue: Value?

  /// Wraps a value.
  public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  /// Encodes the value or null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
  }
}

extension OrNull: Equatable where Value: Equatable {}

extension OrNull: Decodable where Value: Decodable {
  /// Decodes the value or null; the key must be there.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
  }
}

/// One JSON document as a line of text.
public func jsonLine(_ value: some Encodable) -> String {
  String(decoding: jsonData(value), as: UTF8.self)
}

/// 64-bit FNV-1a of a text, 16 hexadecimal digits.
func fingerprint(_ text: String) -> String {
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
