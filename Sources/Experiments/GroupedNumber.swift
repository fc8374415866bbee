/// A whole number with commas between thousands: 192736405 as `192,736,405`.
func grouped(_ number: some BinaryInteger) -> String {
  let digits = String(number.magnitude)
  var text = number < 0 ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return text
}

/// The same for the whole part of a document's number; `none` for what is not there or is no count.
func grouped(_ number: Double?) -> String {
  guard let number, number.isFinite, abs(number) < 1e15 else { return "none" }
  return grouped(Int(number))
}
