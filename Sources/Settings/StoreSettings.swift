/// The section `store`.
public struct StoreSettings: Sendable, Hashable {
  /// The folder of the data; default `./data`.
  public var path = "./data"
  /// How long the history is kept; default 90 days.
  public var keep = Duration.seconds(90 * 86_400)
  /// How long an event's id is remembered, so that the same again is not delivered again; default 7 days.
  public var idempotency = Duration.seconds(7 * 86_400)
  /// Bytes above which new events are turned away; nil is no limit but the disk's.
  public var max: Int?

  /// The defaults.
  public init() {}
}
