/// How much one request may say. Lengths are bytes of UTF-8.
public struct EventLimits: Sendable, Hashable {
  /// Events in one request, whatever its form.
  public var batch: Int
  /// Of `id` and of an `Idempotency-Key`.
  public var id: Int
  /// Of `source`.
  public var source: Int
  /// Of `type`.
  public var type: Int
  /// Of `subject`.
  public var subject: Int
  /// Of `text`.
  public var text: Int
  /// Of a line of NDJSON, which is one event: as much as the body of a request with one event may have.
  public var line: Int

  /// The limits, by default those of the manual. `data` is bounded by the body and by ``JSON/maximumDepth``.
  public init(
    batch: Int = 1_000, id: Int = 256, source: Int = 512, type: Int = 128, subject: Int = 512, text: Int = 65_536,
    line: Int = 1 << 20
  ) {
    self.batch = batch
    self.id = id
    self.source = source
    self.type = type
    self.subject = subject
    self.text = text
    self.line = line
  }
}
