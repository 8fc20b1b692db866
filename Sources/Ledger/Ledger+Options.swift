import Bellhop

extension Ledger {
  /// What ops may set about a store; may change at a reload.
  public struct Options: Sendable {
    /// How long an event's (sender, source, id) is remembered.
    public var idempotency: Duration
    /// How long events stay in the history; what waits stays longer.
    public var keep: Duration
    /// Above this many bytes new events are refused; nil is no limit.
    public var maximumBytes: Int64?
    /// New events are refused while less than this part of the disk is free, 0 to 1; on disks under 1 GB while less than 48 MiB are.
    public var minimumFree: Double
    /// How much of the disk is free, 0 to 1; nil asks the file system.
    public var freeFraction: (@Sendable () -> Double)?
    /// New events are refused while so many are queued for the disk.
    public var maximumQueued: Int
    /// The same in bytes, of events as they go to the disk.
    public var maximumQueuedBytes: Int
    /// New events are refused at once while what was handed in before them has waited longer than this for the disk: whoever tells of them
    /// hears a no in time, instead of nothing. The least patient sender gives up after 1 s.
    /// https://docs.sentry.io/organization/integrations/integration-platform/webhooks/
    public var maximumWait: Duration
    /// Events whose entries in the indexes are gathered (see ``Tail``). Counts when the store is opened.
    var gathered = Tail.usual

    /// The defaults are those of `store:` in the YAML.
    public init(
      idempotency: Duration = .seconds(7 * 86_400), keep: Duration = .seconds(90 * 86_400), maximumBytes: Int64? = nil,
      minimumFree: Double = 0.05, freeFraction: (@Sendable () -> Double)? = nil, maximumQueued: Int = 20_000,
      maximumQueuedBytes: Int = 64 << 20, maximumWait: Duration = .seconds(1)
    ) {
      self.idempotency = idempotency
      self.keep = keep
      self.maximumBytes = maximumBytes
      self.minimumFree = minimumFree
      self.freeFraction = freeFraction
      self.maximumQueued = maximumQueued
      self.maximumQueuedBytes = maximumQueuedBytes
      self.maximumWait = maximumWait
    }
  }
}
