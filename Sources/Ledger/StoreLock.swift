import Bellhop
import Glibc

/// One gateway a store: an advisory lock (flock(2)) on the file `lock`, which names the process that holds it.
/// The kernel lets go of it when the process ends, however it ends.
final class StoreLock: Sendable {
  private let file: Guarded<Int32?>

  init(folder: String) throws(LedgerError) {
    let path = folder + "/lock"
    let file = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw .unusable(path: path, reason: String(cString: strerror(errno))) }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      defer { Glibc.close(file) }
      guard reason == EWOULDBLOCK else { throw .unusable(path: path, reason: String(cString: strerror(reason))) }
      throw .taken(path: folder, pid: Self.text(of: file))
    }
    let pid = Array("\(getpid())\n".utf8)
    // On a full disk the pid may be missing; the lock holds all the same.
    if ftruncate(file, 0) == 0 { _ = pid.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) } }
    self.file = Guarded(file)
  }

  deinit { release() }

  /// Lets another gateway have the store. May be called again.
  func release() {
    file.withLock { file in
      guard let open = file else { return }
      _ = Glibc.close(open)
      file = nil
    }
  }

  private static func text(of file: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = bytes.withUnsafeMutableBytes { pread(file, $0.baseAddress, $0.count, 0) }
    let digits = bytes.prefix(max(0, count)).prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    return digits.isEmpty ? "unknown" : String(decoding: digits, as: UTF8.self)
  }
}
