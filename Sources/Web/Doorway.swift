import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// A connection: HTTP/1.1 with a watch on it.
struct Doorway: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  let responder: HTTP1Channel.Responder
  let limits: @Sendable () -> SiteLimits

  /// Heads larger than this are refused: 16 KiB a field, 32 KiB in all, 100 fields.
  private static let heads = HTTP1Channel.Configuration.DecoderConfiguration(
    maxHeaderFieldSize: 16_384, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100)

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    let watch = NIOLoopBound(ConnectionWatch(limits: limits), eventLoop: channel.eventLoop)
    return HTTP1Channel(
      responder: responder,
      configuration: .init(additionalChannelHandlers: [watch.value], httpDecoderConfiguration: Self.heads)
    ).setup(channel: channel, logger: logger)
  }

  func handle(value: Value, logger: Logger) async {
    await HTTP1Channel(responder: responder).handle(value: value, logger: logger)
  }
}

/// Stops accepting at the configured number of connections and goes on when one ends.
struct ConnectionCap: AvailableConnectionsDelegate {
  let limits: @Sendable () -> SiteLimits
  private var count = 0

  init(limits: @escaping @Sendable () -> SiteLimits) { self.limits = limits }

  mutating func connectionOpened() { count += 1 }
  mutating func connectionClosed() { count -= 1 }
  func isAcceptingNewConnections() -> Bool { count < limits().connections }
}
