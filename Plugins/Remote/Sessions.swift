import Bellhop

/// Where transports and their visitors meet. A reload makes every transport anew; whoever is connected stays connected where neither the
/// name nor the secret has changed.
final class Sessions: Sendable {
  static let shared = Sessions()

  struct SessionKey: Hashable, Sendable {
    var name: String
    var secrets: [Secret]
  }

  private let desks = Guarded<[SessionKey: (desk: Session, users: Int)]>([:])

  func take(_ key: SessionKey) -> Session {
    desks.withLock { desks in
      let desk = desks[key]?.desk ?? Session(key)
      desks[key] = (desk, (desks[key]?.users ?? 0) + 1)
      return desk
    }
  }

  /// The last one closes it.
  func give(_ desk: Session) {
    let isLast = desks.withLock { desks in
      guard let entry = desks[desk.key], entry.desk === desk else { return false }
      desks[desk.key] = entry.users > 1 ? (desk, entry.users - 1) : nil
      return entry.users == 1
    }
    if isLast { desk.close() }
  }
}
