import Bellhop
import Glibc
import NIOCore
import Senders
import Synchronization

/// Where a connection comes from, as far as it matters for sharing: an address, of IPv6 the half that a network gets.
struct Peer: Sendable, Hashable {
  /// The whole of it.
  let address: PeerAddress

  /// Nil for a unix socket.
  init?(_ address: SocketAddress?) {
    switch address {
    case .v4(let address): self.address = PeerAddress(ipv4: UInt32(bigEndian: address.address.sin_addr.s_addr))
    case .v6(let address): self.address = PeerAddress(address.address.sin6_addr)
    default: return nil
    }
  }

  static func == (left: Peer, right: Peer) -> Bool { left.address.network == right.address.network }

  func hash(into hasher: inout Hasher) { hasher.combine(address.network) }

  /// This machine's own, among them a proxy that stands before the gateway.
  var isLoopback: Bool { address.isLoopback }
}

/// Counts the connections of one listener.
final class Guests: Sendable {
  private let limits: @Sendable () -> SiteLimits
  private let ceiling: Int
  private let count = Atomic(0)
  private let peers = Guarded<[Peer: Int]>([:])

  /// Whatever the limits say, there are never more places than the ceiling.
  init(ceiling: Int = Guests.descriptors * 3 / 4, limits: @escaping @Sendable () -> SiteLimits) {
    self.ceiling = max(1, ceiling)
    self.limits = limits
  }

  /// What the process may open. The store and the deliveries need some of them.
  static var descriptors: Int {
    var limit = rlimit()
    return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? Int(clamping: limit.rlim_cur) : 1_024
  }

  private var places: Int { min(limits().connections, ceiling) }

  var isFull: Bool { count.load(ordering: .relaxed) >= places }
  /// More than half of the places are taken.
  var areMany: Bool { count.load(ordering: .relaxed) > places / 2 }

  func arrive() { count.add(1, ordering: .relaxed) }
  func leave() { count.subtract(1, ordering: .relaxed) }

  /// Counts one in of a peer; true where the peer has more than its share now: three quarters of the places.
  func enter(_ peer: Peer) -> Bool {
    let held = peers.withLock { peers in
      peers[peer, default: 0] += 1
      return peers[peer] ?? 0
    }
    return held > max(1, places * 3 / 4)
  }

  func part(_ peer: Peer) {
    peers.withLock { peers in
      let left = (peers[peer] ?? 1) - 1
      peers[peer] = left > 0 ? left : nil
    }
  }
}
