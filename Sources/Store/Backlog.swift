import Bellhop

/// Deliveries waiting for one destination.
public struct Backlog: Sendable, Hashable {
  /// The spool's number for the destination.
  public var destinationID: Int64
  /// As rows named it.
  public var destination: Destination
  /// In line and out of it, counted up to a limit of the spool's: a figure for people.
  public var count: Int
  /// When the oldest of them was received; nil where the spool does not know.
  public var oldest: Timestamp?

  /// A count at one moment, beside running commits.
  public init(destinationID: Int64, destination: Destination, count: Int, oldest: Timestamp?) {
    self.destinationID = destinationID
    self.destination = destination
    self.count = count
    self.oldest = oldest
  }
}
