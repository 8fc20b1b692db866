import Bellhop

/// Where transports and their visitors meet. A reload makes every transport anew; whoever is connected stays connected where neither the
/// name nor the secret has changed.
final class Desks: Sendable {
  static let shared = Desks()

  struct Key: Hashable, Sendable {
    var name: String
    var secret: Secret
  }

  private let desks = Guarded<[Key: (desk: Desk, users: Int)]>([:])

  func take(_ key: Key) -> Desk {
    desks.withLock { desks in
      let desk = desks[key]?.desk ?? Desk(key)
      desks[key] = (desk, (desks[key]?.users ?? 0) + 1)
      return desk
    }
  }

  /// The last one closes it.
  func give(_ desk: Desk) {
    let isLast = desks.withLock { desks in
      guard let entry = desks[desk.key], entry.desk === desk else { return false }
      desks[desk.key] = entry.users > 1 ? (desk, entry.users - 1) : nil
      return entry.users == 1
    }
    if isLast { desk.close() }
  }
}
