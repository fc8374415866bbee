internal import Dispatch
internal import Foundation
internal import Synchronization

/// Whether somebody asked the program to stop.
///
/// The first SIGINT or SIGTERM sets a flag that long work polls, so that it can leave a checkpoint;
/// the second ends the process at once.
public final class Interruption: Sendable {
  private let requests = Atomic<Int>(0)
  private let parent: Interruption?

  /// Not asked yet.
  public init() { parent = nil }

  /// Not asked yet, and asked whenever another is.
  init(under parent: Interruption) { self.parent = parent }

  /// Whether to stop.
  public var isRequested: Bool {
    requests.load(ordering: .relaxed) > 0 || parent?.isRequested == true
  }

  /// Asks to stop, as a signal would.
  public func request() {
    if requests.add(1, ordering: .relaxed).newValue > 1 { _exit(130) }
  }

  /// Listens to SIGINT and SIGTERM from now on; the sources live as long as the process.
  public static func listening() -> Interruption {
    let interruption = Interruption()
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if !interruption.isRequested {
          FileHandle.standardError.write(
            Data("\nstopping; a second Ctrl-C quits at once\n".utf8))
        }
        interruption.request()
      }
      source.activate()
      sources.withLock { $0.append(UncheckedSource(source: source)) }
    }
    return interruption
  }

  private struct UncheckedSource: @unchecked Sendable {
    let source: any DispatchSourceSignal
  }
  private static let sources = Mutex<[UncheckedSource]>([])
}
