import CCurl
import Glibc

/// A descriptor that anybody may write to, to end the sleep of who waits for it; it stays open as long as somebody may.
/// https://man7.org/linux/man-pages/man2/eventfd.2.html
final class EventBell: Sendable {
  let descriptor: Int32

  /// Nil where descriptors are lacking.
  init?() {
    descriptor = bh_eventfd()
    if descriptor < 0 { return nil }
  }

  deinit { _ = close(descriptor) }

  /// Ends the sleep of who waits, or the next one. Nobody reads what is written: the list of descriptors tells of each write once.
  func ring() {
    var one: UInt64 = 1
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  /// From now on each ring ends one sleep on that list of descriptors.
  func join(_ epoll: Int32) -> Bool { bh_epoll_hear(epoll, descriptor) == 0 }
}
