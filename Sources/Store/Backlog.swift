import Bellhop

/// Deliveries waiting for one destination.
public struct Backlog: Sendable, Hashable {
  /// The spool's number for the destination.
  public var destinationID: Int64
  /// As rows named it.
  public var destination: Destination
  /// In line and out of it: a figure for people.
  public var count: Int

  /// A count at one moment, beside running commits.
  public init(destinationID: Int64, destination: Destination, count: Int) {
    self.destinationID = destinationID
    self.destination = destination
    self.count = count
  }
}

/// The same without a name, for counting: there may be a million of them.
public struct BacklogHead: Sendable, Hashable {
  /// The spool's number for the destination.
  public var destinationID: Int64
  /// In line and out of it.
  public var count: Int
  /// The id of the oldest that waits, as far as the spool looks.
  public var first: Int64

  /// A count at one moment, beside running commits.
  public init(destinationID: Int64, count: Int, first: Int64) {
    self.destinationID = destinationID
    self.count = count
    self.first = first
  }
}
