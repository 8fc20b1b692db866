import CSimdJSON
import Locks

/// Parsers are kept because making one allocates. Large ones are let go, so that one big body does not stay in memory.
enum ParserPool {
  /// Sendable because a parser is owned by one caller at a time: it is either in the pool or taken out of it, under the lock.
  final class Parser: @unchecked Sendable {
    let pointer: OpaquePointer
    init?() {
      guard let made = bh_json_parser_new(JSON.maximumDepth) else { return nil }
      pointer = made
    }
    deinit { bh_json_parser_free(pointer) }
  }

  private static let idle = Guarded<[Parser]>([])

  static func take() -> Parser? { idle.withLock { $0.popLast() } ?? Parser() }

  static func giveBack(_ parser: Parser, after bytes: Int) {
    guard bytes <= 65_536 else { return }
    idle.withLock { if $0.count < 8 { $0.append(parser) } }
  }
}
