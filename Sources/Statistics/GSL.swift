internal import CGSL

/// A routine of the GNU Scientific Library, or a numerical check of ours, that refused its input.
public struct NumericalError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The routine that failed, by its name in GSL or in this module.
  public let routine: String
  /// GSL's error number (`gsl_errno.h`): 1 is a domain error, 4 a bad argument, 21 singular.
  public let code: Int
  /// What was wrong: GSL's own text for `code`, or ours where we know more.
  public let reason: String

  /// Makes an error with a text of our own.
  public init(routine: String, code: Int, reason: String) {
    self.routine = routine
    self.code = code
    self.reason = reason
  }

  /// One line: routine, reason and number.
  public var description: String { "\(routine): \(reason) (GSL error \(code))" }

  /// Makes an error with GSL's text for `status` (`gsl_strerror`).
  init(routine: String, status: Int32) {
    self.init(
      routine: routine, code: Int(status), reason: String(cString: gsl_strerror(status)))
  }

  /// An argument outside the domain of `routine` (GSL_EDOM).
  static func domain(_ routine: String, _ reason: String) -> NumericalError {
    NumericalError(routine: routine, code: Int(GSL_EDOM), reason: reason)
  }

  /// An argument of the wrong size or value (GSL_EINVAL).
  static func invalid(_ routine: String, _ reason: String) -> NumericalError {
    NumericalError(routine: routine, code: Int(GSL_EINVAL), reason: reason)
  }
}

/// Evaluated once, at first touch: switches off GSL's error handler, whose default aborts the
/// process. Every wrapper reads this before it calls GSL.
let gslReady: Void = {
  gsl_set_error_handler_off()
}()

/// Throws unless `status` is GSL_SUCCESS.
func check(_ status: Int32, _ routine: String) throws(NumericalError) {
  guard status == Int32(GSL_SUCCESS) else {
    throw NumericalError(routine: routine, status: status)
  }
}

/// Throws a domain error unless every value is finite. `what` names the argument in the message.
func checkFinite(_ values: some Sequence<Double>, _ routine: String, _ what: String)
  throws(NumericalError)
{
  var index = 0
  for value in values {
    guard value.isFinite else {
      throw .domain(routine, "\(what)[\(index)] = \(value): must be finite")
    }
    index += 1
  }
}

/// The version of the GNU Scientific Library that is linked, for records of a run.
public let gslVersion = String(cString: cgsl_version())
