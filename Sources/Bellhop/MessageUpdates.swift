/// How a kind changes a message where it stands: a firing one turns resolved, and the channel does not fill.
public enum MessageUpdates: Sendable, Hashable {
  /// Not at all.
  case never
  /// By what the vendor said of the earlier message: the transport is handed it as ``Attempt/changes``.
  case byAnchor
  /// By a key of ours that the vendor knows alerts by: the transport reads the event's value itself.
  case byKey
}

extension Field {
  /// Targets of kinds that can change messages.
  static let updateBy = Field(
    "update_by", .path, doc: "A message with the same value there changes the earlier one where it stands, unless it is louder.",
    example: "subject")
}
