import Bellhop
import Glibc

/// A misbehaving MQTT broker on 127.0.0.1, with a thread per connection. It stops when it is let go.
public final class Broker: Sendable {
  /// What it does with a connection once it has read the CONNECT packet.
  public enum Behaviour: Sendable {
    /// Answers with these bytes and reads on to the end.
    case answer([UInt8])
    /// The same, but what comes then is not read before ``Broker/release()``.
    case holding([UInt8])
    /// Says nothing until the client goes away.
    case hang
    /// Closes the connection.
    case drop
  }

  private struct State {
    var packets: [[UInt8]] = []
    var over = 0
    var isReleased = false
  }

  /// A CONNACK: come in. https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html#_Toc398718033
  public static let welcome: [UInt8] = [0x20, 2, 0, 0]

  /// `mqtt://127.0.0.1:PORT`
  public let url: String
  private let listener: Int32
  private let state = Guarded(State())

  /// Listens on a port of the system's choice.
  public init(_ behaviour: Behaviour = .answer(welcome)) throws {
    let (listener, port) = try Socket.listen()
    self.listener = listener
    url = "mqtt://127.0.0.1:\(port)"
    let state = state
    Thread.start {
      while case let fd = accept(listener, nil, nil), fd >= 0 {
        Thread.start {
          Self.serve(fd, behaviour, state)
          close(fd)
          state.withLock { $0.over += 1 }
        }
      }
      close(listener)
    }
  }

  deinit {
    release()
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// Every packet of connections that have ended, in the order that they were read.
  public var packets: [[UInt8]] { state.withLock { $0.packets } }
  /// How many connections have ended.
  public var connections: Int { state.withLock { $0.over } }

  /// Lets ``Behaviour/holding(_:)`` read.
  public func release() { state.withLock { $0.isReleased = true } }

  private static func serve(_ fd: Int32, _ behaviour: Behaviour, _ state: Guarded<State>) {
    var bytes: [UInt8] = []
    while packet(&bytes, keep: true) == nil, more(fd, &bytes) {}
    switch behaviour {
    case .drop: return
    case .hang: break
    case .answer(let answer): _ = write(fd, answer, answer.count)
    case .holding(let answer):
      _ = write(fd, answer, answer.count)
      while !state.withLock({ $0.isReleased }) { usleep(1_000) }
    }
    while more(fd, &bytes) {}
    while let packet = packet(&bytes, keep: false) { state.withLock { $0.packets.append(packet) } }
  }

  private static func more(_ fd: Int32, _ bytes: inout [UInt8]) -> Bool {
    var block = [UInt8](repeating: 0, count: 65_536)
    let count = read(fd, &block, block.count)
    if count > 0 { bytes += block.prefix(count) }
    return count > 0
  }

  /// The first whole packet: a byte, a length of seven bits a byte, and so many bytes.
  private static func packet(_ bytes: inout [UInt8], keep: Bool) -> [UInt8]? {
    var (length, index) = (0, 1)
    while index < min(5, bytes.count) {
      length += Int(bytes[index] & 0x7F) << (7 * (index - 1))
      index += 1
      guard bytes[index - 1] & 0x80 == 0 else { continue }
      guard bytes.count >= index + length else { return nil }
      let packet = Array(bytes.prefix(index + length))
      if !keep { bytes.removeFirst(packet.count) }
      return packet
    }
    return nil
  }
}
