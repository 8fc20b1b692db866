import Bellhop
import Glibc

/// Where log lines go: a descriptor that may be full, closed or on a full disk. A line that it does not take soon is lost and counted;
/// the log must never end or hold up the gateway, least of all when there is trouble to tell.
final class LogOutlet: Sendable {
  static let standardError = LogOutlet(fileDescriptor: STDERR_FILENO)

  private struct OutletState {
    var lost = 0
    /// The last line ended in its middle: the next one starts a new line.
    var torn = false
  }

  /// In milliseconds: how long a full pipe may keep the line that finds it full. Once it has, the next ones do not wait.
  private static let patience: Int32 = 100
  private let fd: Int32
  private let state = Guarded(OutletState())

  /// - Parameter fileDescriptor: open for writing; SIGPIPE is to be ignored.
  init(fileDescriptor: Int32) { fd = fileDescriptor }

  /// Writes a line whole, or counts it as lost. `confession` is the line that tells how many were lost before it.
  func write(_ line: String, confession: (_ lost: Int) -> String) {
    state.withLock { state in
      var bytes: [UInt8] = state.torn ? [UInt8(ascii: "\n")] : []
      if state.lost > 0 { bytes += Array((confession(state.lost) + "\n").utf8) }
      bytes += Array((line + "\n").utf8)
      let count = put(bytes, patience: state.lost == 0 ? Self.patience : 0)
      if count == bytes.count { return state = OutletState() }
      if count > 0 { state.torn = true }
      state.lost += 1
    }
  }

  /// How many of the bytes it took. A pipe that is ready takes `PIPE_BUF` at once: https://man7.org/linux/man-pages/man7/pipe.7.html
  private func put(_ bytes: [UInt8], patience: Int32) -> Int {
    var done = 0
    while done < bytes.count {
      var ready = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
      let found = poll(&ready, 1, patience)
      if found < 0, errno == EINTR { continue }
      guard found > 0 else { return done }
      let count = bytes[done...].prefix(Int(PIPE_BUF)).withUnsafeBytes { Glibc.write(fd, $0.baseAddress, $0.count) }
      if count > 0 { done += count } else if count == 0 || errno != EINTR { return done }
    }
    return done
  }
}
