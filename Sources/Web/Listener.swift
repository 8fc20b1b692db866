import Bellhop
import NIOCore
import NIOHTTP1
import NIOPosix

/// An open door: its server channel, and the connections that came through it.
struct Listener: Sendable {
  /// Connections that the system keeps for us until they are accepted.
  private static let backlog: Int32 = 1_024

  /// Heads larger than this are refused.
  private static let heads: NIOHTTPDecoderLimitConfiguration = {
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = 16_384
    limits.maxHeaderListSize = 32_768
    limits.maxHeaderFieldCount = 100
    return limits
  }()

  private let channel: any Channel
  private let groups: [ConnectionGroup]

  enum BindTarget: Sendable {
    case tcp(host: String, port: Int)
    case unix(path: String)
  }

  /// Listens, and serves from now on.
  static func open(_ address: BindTarget, _ responder: Responder) async throws -> Listener {
    let loops = MultiThreadedEventLoopGroup.singleton
    let guests = Guests { [state = responder.state] in state.current.limits }
    let groups = loops.makeIterator().map { ConnectionGroup(loop: $0, responder: responder, guests: guests) }
    let byLoop = Dictionary(uniqueKeysWithValues: groups.map { (ObjectIdentifier($0.loop), $0) })
    let bootstrap = ServerBootstrap(group: loops)
      .serverChannelOption(.backlog, value: backlog)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      // One at a time, so that the cap holds.
      .serverChannelOption(.maxMessagesPerRead, value: 1)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(AcceptGate(guests, groups)) }
      }
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let group = byLoop[ObjectIdentifier(channel.eventLoop)] else { throw ChannelError.inappropriateOperationForState }
          try serve(channel, group)
        }
      }
    let channel =
      switch address {
      case .tcp(let host, let port): try await bootstrap.bind(host: host, port: port).get()
      case .unix(let path): try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
      }
    return Listener(channel: channel, groups: groups)
  }

  /// Puts parser and connection on a channel.
  static func serve(_ channel: any Channel, _ group: ConnectionGroup) throws {
    guard group.quiescedAt == nil else { throw ChannelError.ioOnClosedChannel }
    let peer = Peer(channel.remoteAddress)
    if let peer { try admit(peer, channel, group) }
    // The file's permission guards the unix socket, and nobody listens in on it.
    if group.responder.door == .tcp, let identity = group.responder.state.identity {
      try channel.pipeline.syncOperations.addHandler(SpeechGate(identity))
    }
    let parser = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: heads))
    try channel.pipeline.syncOperations.addHandlers(parser, Connection(group: group, peer: peer))
  }

  /// Who has more than a share makes room by ending a connection of its own. What comes from this machine may be a proxy with many people
  /// behind it, and is not turned away.
  private static func admit(_ peer: Peer, _ channel: any Channel, _ group: ConnectionGroup) throws {
    let isOver = group.guests.enter(peer)
    channel.closeFuture.whenComplete { [guests = group.guests] _ in guests.part(peer) }
    if isOver, !group.dismiss(of: peer), !peer.isLoopback { throw ChannelError.inappropriateOperationForState }
  }

  var port: Int? { channel.localAddress?.port }

  /// Accepts nobody any more, answers what is under way, and comes back when every connection has ended.
  func close() async {
    try? await channel.close()
    let ends = groups.map { $0.quiesce() }
    // Some may have come between the cut and the end of accepting.
    if Task.isCancelled { cut() }
    for end in ends { try? await end.get() }
  }

  /// Ends all connections at once, also while they are being closed.
  func cut() { for group in groups { group.cut() } }
}
