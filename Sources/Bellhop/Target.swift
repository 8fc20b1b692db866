/// Where inside a transport: the values of its kind's target fields, such as `channel: "#money"`. Never secret: it is shown everywhere.
public struct Target: Sendable, Hashable, CustomStringConvertible {
  /// Sorted by key, so that equal targets are equal text.
  public let values: JSON.Object

  /// Sorts the values; which of them fit is their kind's to say.
  public init(_ values: JSON.Object = [:]) {
    self.values = JSON.Object(values.members.sorted { $0.key < $1.key })
  }

  /// The value of a target field; nil where it is absent.
  public subscript(key: String) -> JSON? { values[key] }

  /// Compact JSON; part of a lane's name.
  public var key: String { JSON.object(values).text }

  /// For people: `#money`, or `channel=#money thread_by=subject`.
  public var description: String {
    values.members.count == 1 ? values.members[0].value.plain : values.members.map { "\($0.key)=\($0.value.plain)" }.joined(separator: " ")
  }
}
