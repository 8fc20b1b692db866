/// How much a stream and its readers take.
public struct StreamLimits: Sendable, Hashable {
  /// Readers at a time.
  public var readers = 2_000
  /// Bytes that wait for one reader. What does not fit is read from the history again, once there is room.
  public var waiting = 512 << 10
  /// So long may a reader take for what waits.
  public var slowness = Duration.seconds(10)
  /// Events of one page of the past.
  public var pageEvents = 500
  /// Bytes of text and data of one page.
  public var pageBytes = 128 << 10
  /// So many events are caught up with at most; who falls behind twice as far is dropped.
  public var farthest: Int64 = 100_000
  /// A stream that begins with the newest ones looks back as far as that.
  public var looksBack: Int64 = 10_000
  /// Bytes of commits that wait to be told.
  public var inbox = 16 << 20
  /// Changes of deliveries whose events are being looked up.
  public var lookups = 50_000

  /// Those of the manual.
  public init() {}
}
