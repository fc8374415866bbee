import CGSL
import Statistics
import Testing

/// GSL's default handler would end the process here, and the test run with it.
@Test func `after any wrapper, GSL reports errors by status`() throws {
  _ = try normalQuantile(0.5)
  let previous = gsl_set_error_handler_off()
  // The handler that switching off installs is one that does nothing, not the default (nil).
  #expect(previous != nil)
  #expect(gsl_histogram_alloc(0) == nil)
}

@Test func `the linked library's version is that of its headers`() {
  #expect(gslVersion == GSL_VERSION)
}

@Test func `errors name routine, reason and number`() {
  let error = NumericalError(routine: "gsl_linalg_LU_decomp", code: 21, reason: "singular")
  #expect(error.description == "gsl_linalg_LU_decomp: singular (GSL error 21)")
}

@Test func `indices below nothing, and weights without a sum, are the caller's bug`() async {
  await #expect(processExitsWith: .failure) {
    var stream = RandomStream(seed: 1, role: .agent)
    _ = stream.index(below: 0)
  }
  await #expect(processExitsWith: .failure) {
    var stream = RandomStream(seed: 1, role: .agent)
    _ = stream.index(weights: [0, 0])
  }
  await #expect(processExitsWith: .failure) {
    var stream = RandomStream(seed: 1, role: .agent)
    _ = stream.index(fromCumulative: [0.5, .nan])
  }
}
