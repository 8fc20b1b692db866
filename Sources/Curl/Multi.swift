import CCurl
import Glibc

/// libcurl's multi handle, with what the loop sleeps on. Belongs to the loop's thread, but for the bell.
///
/// Unchecked: it is made by who starts the loop, handed to its thread, and used there only.
struct Multi: @unchecked Sendable {
  let pointer: UnsafeMutableRawPointer
  /// The kernel's list of sockets that the loop waits for.
  let epoll: Int32
  /// On that list: rung when there is something to read in the queue.
  let bell: EventBell

  /// Nil where memory or descriptors are lacking.
  init?() {
    guard let bell = EventBell(), let pointer = curl_multi_init() else { return nil }
    self.pointer = pointer
    self.bell = bell
    epoll = bh_epoll()
    guard epoll >= 0 else {
      curl_multi_cleanup(pointer)
      return nil
    }
    bh_epoll_listen(epoll, bell.descriptor)
  }

  /// No call follows. Connections are closed.
  func close() {
    curl_multi_cleanup(pointer)
    _ = Glibc.close(epoll)
  }
}
