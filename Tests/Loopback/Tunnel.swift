import Bellhop
import Glibc

/// A proxy that answers `CONNECT` with a tunnel, always to the same unix socket. https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6
public final class Tunnel: Sendable {
  /// Where it listens.
  public let url: String
  private let listener: Int32
  private let heads = Guarded<[String]>([])

  /// The request heads so far, as they came.
  public var requests: [String] { heads.withLock { $0 } }

  /// Listens until it is let go.
  public init(toUnixSocket path: String) throws {
    let (listener, port) = try Socket.listen()
    self.listener = listener
    url = "http://127.0.0.1:\(port)"
    let heads = heads
    Thread.start {
      while case let client = accept(listener, nil, nil), client >= 0 {
        Thread.start { Self.serve(client, path, heads) }
      }
    }
  }

  deinit {
    // Wakes the thread that accepts, which a close alone would not.
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private static func serve(_ client: Int32, _ path: String, _ heads: Guarded<[String]>) {
    var head: [UInt8] = []
    var byte: UInt8 = 0
    while !head.suffix(4).elementsEqual("\r\n\r\n".utf8), head.count < 16_384, read(client, &byte, 1) == 1 { head.append(byte) }
    let text = String(decoding: head, as: UTF8.self)
    heads.withLock { $0.append(text) }
    guard let server = try? Socket.connect(unix: path) else {
      close(client)
      return
    }
    let answer = Array("HTTP/1.1 200 Connection established\r\n\r\n".utf8)
    _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
    let ends = Guarded(0)
    for (from, to) in [(client, server), (server, client)] {
      Thread.start {
        copy(from, to)
        // The second one to end closes both.
        let isLast = ends.withLock { ends in
          ends += 1
          return ends == 2
        }
        if isLast { for fd in [client, server] { close(fd) } }
      }
    }
  }

  private static func copy(_ from: Int32, _ to: Int32) {
    var room = [UInt8](repeating: 0, count: 16_384)
    while case let count = recv(from, &room, room.count, 0), count > 0 {
      guard send(to, room, count, Int32(MSG_NOSIGNAL)) == count else { break }
    }
    shutdown(to, Int32(SHUT_WR))
    shutdown(from, Int32(SHUT_RD))
  }
}
