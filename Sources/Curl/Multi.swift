import CCurl
import Glibc

/// libcurl's multi handle, with what the loop sleeps on. Sent between threads: ``wake()``, the only call that is not the loop's, writes to a
/// descriptor, which any thread may do while it is open, and ``LoopQueue`` lets go of it under its lock before the loop closes it.
struct Multi: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
  /// The kernel's list of sockets that the loop waits for.
  let epoll: Int32
  /// One of them: written to when there is something to read in the queue.
  private let bell: Int32

  /// Nil where memory or descriptors are lacking.
  init?() {
    guard let pointer = curl_multi_init() else { return nil }
    self.pointer = pointer
    (epoll, bell) = (bh_epoll(), bh_eventfd())
    guard epoll >= 0, bell >= 0 else {
      close()
      return nil
    }
    bh_epoll_watch(epoll, bell, CURL_POLL_IN)
  }

  /// Ends the loop's sleep, or its next one.
  func wake() {
    var one: UInt64 = 1
    _ = write(bell, &one, MemoryLayout<UInt64>.size)
  }

  /// Whether a descriptor on which something has happened is the bell; it is silent again then.
  func hasRung(_ descriptor: Int32) -> Bool {
    guard descriptor == bell else { return false }
    var count: UInt64 = 0
    _ = read(bell, &count, MemoryLayout<UInt64>.size)
    return true
  }

  /// No call follows. Connections are closed.
  func close() {
    curl_multi_cleanup(pointer)
    for descriptor in [epoll, bell] where descriptor >= 0 { _ = Glibc.close(descriptor) }
  }
}
