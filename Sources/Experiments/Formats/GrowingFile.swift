internal import Foundation

/// A file that grows while a run goes on, and is cut back to where a checkpoint left it.
final class GrowingFile {
  let path: String
  private let handle: FileHandle

  /// Opens the file.
  ///
  /// - Parameter size: bytes to keep; nil starts anew.
  /// - Throws: `FileError`, also if the file is missing or shorter than `size`.
  init(_ path: String, keeping size: UInt64?) throws {
    self.path = path
    if size == nil {
      guard FileManager.default.createFile(atPath: path, contents: nil) else {
        throw FileError(path, "cannot be created: \(String(cString: strerror(errno)))")
      }
    }
    guard let handle = FileHandle(forUpdatingAtPath: path) else {
      throw FileError(path, "is missing or cannot be written; use --force to start anew")
    }
    self.handle = handle
    guard let size else { return }
    do {
      guard try handle.seekToEnd() >= size else {
        throw FileError(path, "is shorter than its checkpoint says; use --force to start anew")
      }
      try handle.truncate(atOffset: size)
      try handle.seek(toOffset: size)
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "cannot be written: \(error.localizedDescription)")
    }
  }

  /// Appends bytes. Throws `FileError`.
  func append(_ data: Data) throws {
    do {
      try handle.write(contentsOf: data)
    } catch {
      throw FileError(path, "cannot be written: \(error.localizedDescription)")
    }
  }

  /// Makes sure that everything written is on the disk; returns how many bytes that is. Throws
  /// `FileError`.
  func synchronise() throws -> UInt64 {
    do {
      try handle.synchronize()
      return try handle.offset()
    } catch {
      throw FileError(path, "cannot be written: \(error.localizedDescription)")
    }
  }
}
