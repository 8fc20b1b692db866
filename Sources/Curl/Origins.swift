import Bellhop

/// Where the addresses in use lead, so that none is taken apart twice: a gateway posts to a handful, thousands of times a second.
final class Origins: Sendable {
  private static let kept = 1_024

  private let known = Guarded<[String: Origin]>([:])

  /// Nil for anything but an absolute `http` or `https` URL.
  func origin(of url: String) -> Origin? {
    if let found = known.withLock({ $0[url] }) { return found }
    guard let origin = Origin(url) else { return nil }
    known.withLock { known in
      // Addresses made of events can be without number: what is not used lately is taken apart again.
      if known.count >= Self.kept { known = [:] }
      known[url] = origin
    }
    return origin
  }
}
