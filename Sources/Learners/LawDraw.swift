/// The action whose part of [0, 1) holds u, the parts being the law's probabilities in order.
///
/// Never an impossible action: the partial sums of a law may end below 1 by rounding, and its last
/// actions have no probability.
@inline(__always)
func drawnAction(_ law: UnsafePointer<Double>, count: Int, at u: Double) -> Int {
  let last = count &- 1
  var action = 0
  var sum = law[0]
  while u >= sum && action < last {
    action &+= 1
    sum += law[action]
  }
  while law[action] == 0 { action &-= 1 }
  return action
}
