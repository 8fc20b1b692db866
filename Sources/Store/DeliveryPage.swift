import Bellhop

/// Where a page of deliveries ends. It has one at least, whatever that weighs, or nothing behind it would ever be reached.
public struct PageLimit: Sendable, Hashable {
  /// No more than these.
  public var count: Int
  /// No more bytes of memory than these in all.
  public var bytes: Int
  /// A delivery above so many bytes comes without its words.
  public var whole: Int

  /// Ends at whichever comes first.
  public init(count: Int, bytes: Int, whole: Int = Delivery.largestWhole) {
    self.count = count
    self.bytes = bytes
    self.whole = whole
  }
}

/// A page of what stands in line.
public struct DeliveryPage: Sendable, Hashable {
  /// In order of id.
  public var deliveries: [Delivery]
  /// It ended at its limit: there may be more behind it.
  public var isCut: Bool

  /// Takes one delivery after the other, in order, until the limit.
  /// - Parameter next: the next one; nil at the end of what there is.
  public init(within limit: PageLimit, next: () throws -> Delivery?) rethrows {
    deliveries = []
    isCut = limit.count <= 0
    var room = ByteBudget(limit.bytes)
    while !isCut, let delivery = try next()?.waiting(upTo: limit.whole) {
      guard room.spend(delivery.held) || deliveries.isEmpty else {
        isCut = true
        return
      }
      deliveries.append(delivery)
      isCut = deliveries.count >= limit.count
    }
  }
}
