import Bellhop
import NIOCore

/// Carries a stream of events to its listener for as long as somebody listens.
struct StreamSource {
  /// So often a comment is sent: the listener knows that we are there, and we notice that it is not. Proxies close what is silent for a minute.
  static let heartbeat = TimeAmount.seconds(15)
  private static let comment: [UInt8] = Array(":\n\n".utf8)

  static func isHeartbeat(_ piece: [UInt8]) -> Bool { piece == comment }

  private let task: Task<Void, Never>
  private let pulse: RepeatedTask?

  init(_ stream: AsyncStream<[UInt8]>, to connection: Connection, _ serial: Int) {
    let group = connection.group
    task = Task {
      for await piece in stream { group.deliver(.piece(piece), to: connection, serial) }
      group.deliver(.end, to: connection, serial)
    }
    // A listener learns at once that it is heard.
    pulse = group.loop.scheduleRepeatedTask(initialDelay: .zero, delay: Self.heartbeat) { _ in
      group.deliver(.piece(Self.comment), to: connection, serial)
    }
  }

  /// Carries pages, each when the one before is taken.
  init(_ pages: ReplyPages, to connection: Connection, _ serial: Int) {
    let group = connection.group
    pulse = nil
    task = Task {
      group.deliver(.piece(pages.beginning), to: connection, serial)
      while true {
        await group.letTake(connection)
        switch await pages.next() {
        case .piece(let piece): group.deliver(.piece(piece), to: connection, serial)
        case .end: return group.deliver(.end, to: connection, serial)
        case .broken: return group.deliver(.broken, to: connection, serial)
        }
      }
    }
  }

  /// The stream ends; its end is still told to the listener.
  func stop() {
    task.cancel()
    pulse?.cancel()
  }
}
