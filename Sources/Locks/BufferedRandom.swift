#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The system's randomness, fetched 4 KiB at a time: the standard library's generator makes a system call for each number. One stock serves
/// the whole process, so a value of this type costs nothing to make. What is drawn is as good as the system's own and never drawn twice;
/// for keys and tokens use the system's generator all the same, as what waits here lies in memory before it is used.
/// https://man7.org/linux/man-pages/man3/getentropy.3.html
package struct BufferedRandom: RandomNumberGenerator, Sendable {
  package init() {}

  package func next() -> UInt64 { Self.stock.withLock { $0.next() } }

  private static let stock = Guarded(Stock())

  private struct Stock {
    private var words = [UInt64](repeating: 0, count: 512)
    private var used = 512

    mutating func next() -> UInt64 {
      if used == words.count { fill() }
      used += 1
      // What was drawn does not stay behind.
      defer { words[used - 1] = 0 }
      return words[used - 1]
    }

    private mutating func fill() {
      let isFilled = words.withUnsafeMutableBytes { bytes in
        // The system gives at most 256 bytes a call.
        stride(from: 0, to: bytes.count, by: 256).allSatisfy { start in
          bytes.baseAddress.map { getentropy($0 + start, 256) == 0 } ?? false
        }
      }
      if !isFilled {
        var system = SystemRandomNumberGenerator()
        for index in words.indices { words[index] = system.next() }
      }
      used = 0
    }
  }
}
