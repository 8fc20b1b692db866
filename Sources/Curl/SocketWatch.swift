import CCurl
import Glibc

/// Waits for what libcurl waits for: its sockets, and its next moment. The kernel keeps the list, so that a step costs what has happened and
/// not what is under way: a thousand requests that hang take nothing from the others.
/// https://curl.se/libcurl/c/curl_multi_socket_action.html
///
/// Belongs to the loop's thread.
final class SocketWatch {
  /// Events taken at a time; what is left is told at once in the next wait.
  private static let most: Int32 = 256

  private let multi: Multi
  /// When libcurl wants to be asked again, whatever happens on its sockets.
  private var due: ContinuousClock.Instant?
  private var events = [epoll_event](repeating: epoll_event(), count: Int(SocketWatch.most))
  private var happened = 0

  init(_ multi: Multi) {
    self.multi = multi
    let me = Unmanaged.passUnretained(self).toOpaque()
    bh_multi_set_socket(multi.pointer, watchSocket, me)
    bh_multi_set_timer(multi.pointer, setMoment, me)
  }

  /// Tells libcurl what has happened since, and what time it is.
  func drive() {
    var running: Int32 = 0
    for event in events.prefix(happened) where event.data.fd != multi.bell.descriptor {
      curl_multi_socket_action(multi.pointer, event.data.fd, bh_epoll_what(event), &running)
    }
    happened = 0
    // What is new has to be begun, which is due at once; it may be due again then. In between others have their turn.
    for _ in 0..<4 {
      guard let moment = due, moment <= .now else { break }
      due = nil
      curl_multi_socket_action(multi.pointer, CURL_SOCKET_TIMEOUT, 0, &running)
    }
  }

  /// Sleeps until something happens, the moment comes, somebody rings, or so many milliseconds are over.
  func wait(atMost limit: Int) {
    let patience = due.map { min(limit, max(0, Int((($0 - .now).microseconds + 999) / 1_000))) } ?? limit
    let count = epoll_wait(multi.epoll, &events, Self.most, Int32(patience))
    // A failing wait must not become a spinning one.
    if count < 0, errno != EINTR { usleep(10_000) }
    happened = max(0, Int(count))
  }

  fileprivate func watch(_ socket: curl_socket_t, _ what: Int32) { bh_epoll_watch(multi.epoll, socket, what) }

  /// Below 0 is never.
  fileprivate func set(_ milliseconds: Int) { due = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds) }
}

// What libcurl calls. File-level functions, as closures in C's hands must belong to no actor.

private func watchSocket(
  _ easy: UnsafeMutableRawPointer?, _ socket: curl_socket_t, _ what: Int32, _ context: UnsafeMutableRawPointer?,
  _ known: UnsafeMutableRawPointer?
) -> Int32 {
  context.map { Unmanaged<SocketWatch>.fromOpaque($0).takeUnretainedValue() }?.watch(socket, what)
  return 0
}

private func setMoment(_ multi: UnsafeMutableRawPointer?, _ milliseconds: Int, _ context: UnsafeMutableRawPointer?) -> Int32 {
  context.map { Unmanaged<SocketWatch>.fromOpaque($0).takeUnretainedValue() }?.set(milliseconds)
  return 0
}
