/// The names of an event's values, as fields of the shape `path` take them.
enum EventName {
  static let attributes = ["type", "subject", "source", "sender", "id", "severity", "time", "text"]

  /// `subject`, `data.order.id`.
  static func isPath(_ text: String) -> Bool {
    if attributes.contains(text) { return true }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count > 1 && parts[0] == "data" && parts.allSatisfy { !$0.isEmpty }
  }
}
