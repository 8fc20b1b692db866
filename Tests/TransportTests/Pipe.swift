import Glibc

/// A pipe whose ends a test holds.
final class Pipe: Sendable {
  let read: Int32
  let write: Int32

  static let devNull = open("/dev/null", O_WRONLY | O_CLOEXEC)

  init() {
    var ends: [Int32] = [0, 0]
    precondition(pipe(&ends) == 0)
    (read, write) = (ends[0], ends[1])
    resize(4096)
  }

  /// What is in the pipe now, without waiting for more.
  func drain() -> String {
    var bytes: [UInt8] = []
    var poll = pollfd(fd: read, events: Int16(POLLIN), revents: 0)
    while Glibc.poll(&poll, 1, 0) > 0, poll.revents & Int16(POLLIN) != 0 {
      var block = [UInt8](repeating: 0, count: 4096)
      let count = Glibc.read(read, &block, block.count)
      guard count > 0 else { break }
      bytes += block.prefix(count)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A page is the least the system gives.
  func resize(_ bytes: Int32) {
    let setPipeSize: Int32 = 1031  // F_SETPIPE_SZ, which Glibc shows to GNU programs only.
    _ = fcntl(write, setPipeSize, bytes)
  }

  func closeRead() { close(read) }
  func closeWrite() { close(write) }
}
