import Bellhop
import Glibc

/// A file descriptor that takes whole messages, one writer at a time. It is not closed here: whoever opened it does that.
public final class Sink: Sendable {
  /// The process's own standard output.
  public static let standardOutput = Sink(fileDescriptor: STDOUT_FILENO)

  /// What became of a write. `begun`: some of it is out.
  enum SinkEnd: Sendable, Equatable {
    case written
    case stuck(begun: Bool)
    case failed(String, begun: Bool)
  }

  private struct SinkState {
    var busy = false
    /// The last message ended in the middle of a line: the next one starts a new line.
    var torn = false
  }

  private enum SinkStep {
    case took(Int)
    case full
    case failed(String)
  }

  private let fd: Int32
  private let state = Guarded(SinkState())

  /// - Parameter fileDescriptor: open for writing; a pipe may be full or have lost its reader.
  public init(fileDescriptor: Int32) { fd = fileDescriptor }

  var isTerminal: Bool { isatty(fd) == 1 }

  /// Writes all of it, or says what happened. Never blocks a thread: a full pipe is asked again until the time is up or the task is cancelled.
  func write(_ bytes: [UInt8], within timeout: Duration) async -> SinkEnd {
    let clock = ContinuousClock()
    let deadline = clock.now + timeout
    // Descriptors have no cheap asynchronous wait; a pipe that is full for long is an exception, and 5 ms late is soon enough.
    func pause() async -> Bool {
      guard clock.now < deadline, !Task.isCancelled else { return false }
      return (try? await clock.sleep(for: .milliseconds(5))) != nil
    }
    while !take() { guard await pause() else { return .stuck(begun: false) } }
    let lead: [UInt8] = state.withLock { $0.torn } ? [UInt8(ascii: "\n")] : []
    let all = lead + bytes
    var written = 0
    defer { giveBack(torn: written > 0 ? written < all.count : !lead.isEmpty) }
    while written < all.count {
      switch step(all[written...]) {
      case .took(let count): written += count
      case .full: guard await pause() else { return .stuck(begun: written > lead.count) }
      case .failed(let reason): return .failed(reason, begun: written > lead.count)
      }
    }
    return .written
  }

  private func take() -> Bool {
    state.withLock { state in
      defer { state.busy = true }
      return !state.busy
    }
  }

  private func giveBack(torn: Bool) {
    state.withLock {
      $0.busy = false
      $0.torn = torn
    }
  }

  /// One write that does not block: a pipe that is ready takes `PIPE_BUF` bytes at once. https://man7.org/linux/man-pages/man7/pipe.7.html
  private func step(_ bytes: ArraySlice<UInt8>) -> SinkStep {
    var poll = pollfd(fd: fd, events: Int16(POLLOUT), revents: 0)
    let ready = Glibc.poll(&poll, 1, 0)
    if ready == 0 || (ready < 0 && errno == EINTR) { return .full }
    let (count, code) = bytes.prefix(Int(PIPE_BUF)).withUnsafeBytes { buffer in
      Self.withoutSignal { Glibc.write(fd, buffer.baseAddress, buffer.count) }
    }
    if count >= 0 { return .took(count) }
    switch code {
    case EAGAIN, EINTR: return .full
    case EPIPE: return .failed("its reader is gone")
    default: return .failed(String(cString: strerror(code)))
    }
  }

  /// A write to a pipe without a reader raises SIGPIPE, which would end the process: it is held back and taken off this thread again.
  private static func withoutSignal(_ write: () -> Int) -> (Int, Int32) {
    var pipe = sigset_t()
    var before = sigset_t()
    var pending = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    sigpending(&pending)
    let wasPending = sigismember(&pending, SIGPIPE) == 1
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    let count = write()
    let code = errno
    if count < 0, code == EPIPE, !wasPending {
      var none = timespec()
      while sigtimedwait(&pipe, nil, &none) < 0, errno == EINTR {}
    }
    pthread_sigmask(SIG_SETMASK, &before, nil)
    return (count, code)
  }
}
