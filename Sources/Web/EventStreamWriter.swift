import HummingbirdCore
import NIOCore
import ServiceLifecycle

/// Writes a stream of events for as long as somebody listens.
enum EventStreamWriter {
  /// So often a comment is sent where there is nothing else: the listener knows that we are there, and we notice that it is not. Proxies close
  /// what is silent for a minute.
  static let heartbeat = Duration.seconds(15)
  private static let comment: [UInt8] = Array(":\n\n".utf8)

  /// Comes back when the stream ends or the site stops; throws when the listener is gone.
  static func write(_ stream: AsyncStream<[UInt8]>, to writer: consuming some ResponseBodyWriter) async throws {
    let (pieces, pen) = AsyncStream<[UInt8]>.makeStream()
    let source = Task {
      for await piece in stream { pen.yield(piece) }
      pen.finish()
    }
    let pulse = Task {
      // A listener learns at once that it is heard.
      repeat { pen.yield(comment) } while (try? await Task.sleep(for: heartbeat)) != nil
    }
    defer {
      source.cancel()
      pulse.cancel()
    }
    try await withGracefulShutdownHandler {
      for await piece in pieces { try await writer.write(ByteBuffer(bytes: piece)) }
    } onGracefulShutdown: {
      pen.finish()
    }
    try await writer.finish(nil)
  }
}
