/// A value behind a reference that never changes: copying it counts once, however many fields it has, and equal references are equal values
/// without a look at them.
final class Shared<Value: Sendable & Hashable>: Sendable, Hashable {
  let value: Value

  init(_ value: Value) { self.value = value }

  static func == (left: Shared, right: Shared) -> Bool { left === right || left.value == right.value }
  func hash(into hasher: inout Hasher) { value.hash(into: &hasher) }
}
