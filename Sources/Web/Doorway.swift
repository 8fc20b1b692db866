import Bellhop
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// A connection: HTTP/1.1 with a watch on it.
struct Doorway: ServerChildChannel {
  typealias Value = HTTP1Channel.Value

  let responder: HTTP1Channel.Responder
  let limits: @Sendable () -> SiteLimits
  let nursery: Nursery

  /// Heads larger than this are refused: 16 KiB a field, 32 KiB in all, 100 fields.
  private static let heads = HTTP1Channel.Configuration.DecoderConfiguration(
    maxHeaderFieldSize: 16_384, maxHeaderListSize: 32_768, maxHeaderFieldCount: 100)

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
    let watch = NIOLoopBound(ConnectionWatch(limits: limits), eventLoop: channel.eventLoop)
    return HTTP1Channel(
      responder: responder,
      configuration: .init(additionalChannelHandlers: [watch.value], httpDecoderConfiguration: Self.heads)
    ).setup(channel: channel, logger: logger).map { [nursery] value in
      nursery.take(value)
      return value
    }
  }

  func handle(value: Value, logger: Logger) async {
    nursery.release(value)
    await HTTP1Channel(responder: responder).handle(value: value, logger: logger)
  }
}

/// Connections that are set up but not yet served. A server that ends drops those, and NIO stops the whole process when a
/// connection is dropped that nobody has ended: so they are held here, and ended here.
final class Nursery: Sendable {
  private let waiting = Guarded<[ObjectIdentifier: Doorway.Value]?>([:])

  func take(_ value: Doorway.Value) {
    let isOpen = waiting.withLock { waiting in
      waiting?[ObjectIdentifier(value.channel)] = value
      return waiting != nil
    }
    // The server is gone already: no task of its is left that could do this.
    if !isOpen { Task { await Self.end(value) } }
  }

  func release(_ value: Doorway.Value) { waiting.withLock { _ = $0?.removeValue(forKey: ObjectIdentifier(value.channel)) } }

  /// Ends those that were never served, and every one that is still to come.
  func close() async {
    let left = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting ?? [:]
    }
    for value in left.values { await Self.end(value) }
  }

  private static func end(_ value: Doorway.Value) async { try? await value.executeThenClose { _, _ in } }
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
