import Bellhop

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The unix socket for the local command line: only its owner may open it, from the first moment, and a stale one is replaced.
final class SocketFile: Sendable {
  let path: String
  /// Where the listener binds: inside a folder that is ours alone, until the file has its permission and its name.
  let birthplace: String
  private let folder: String
  private let published = Guarded(false)

  /// Looks at what is there now.
  init(_ path: String) throws(SiteError) {
    self.path = path
    var status = stat()
    if lstat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFSOCK else { throw SiteError("\(path) is there and is no socket: move it away") }
      if Self.answers(path) { throw SiteError("another gateway is listening at \(path)") }
    }
    let parent = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
    Self.removeStale(in: parent)
    var template = Array((parent + ".bh-XXXXXX").utf8CString)
    guard mkdtemp(&template) != nil else { throw SiteError("cannot make the socket in \(parent): \(Self.reason())") }
    folder = template.withUnsafeBufferPointer { String(decoding: $0.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) }
    birthplace = folder + "/s"
    // sun_path holds 108 bytes with its end: https://man7.org/linux/man-pages/man7/unix.7.html
    guard path.utf8.count < 108, birthplace.utf8.count < 108 else {
      rmdir(folder)
      throw SiteError("the path of the unix socket is longer than the 107 bytes that Linux takes: \(path); choose a shorter store.path")
    }
  }

  /// Folders of gateways that were killed while they started. A young one may be that of a gateway that starts now.
  private static func removeStale(in parent: String) {
    guard let folder = opendir(parent) else { return }
    defer { closedir(folder) }
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      var status = stat()
      let path = parent + name
      guard name.hasPrefix(".bh-"), name.utf8.count == 10, lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
        status.st_uid == getuid(), time(nil) - status.st_mtim.tv_sec > 60
      else { continue }
      unlink(path + "/s")
      rmdir(path)
    }
  }

  /// Called when the listener is bound.
  func publish() throws(SiteError) {
    guard chmod(birthplace, 0o600) == 0, rename(birthplace, path) == 0 else { throw SiteError("cannot make \(path): \(Self.reason())") }
    published.withLock { $0 = true }
    rmdir(folder)
  }

  func remove() {
    if published.withLock({ $0 }) { unlink(path) }
    unlink(birthplace)
    rmdir(folder)
  }

  private static func reason() -> String { String(cString: strerror(errno)) }

  private static func answers(_ path: String) -> Bool {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count < 108 else { return false }
    withUnsafeMutableBytes(of: &address.sun_path) { room in room.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 }
    }
  }
}

/// Why the site cannot run.
public struct SiteError: Error, Sendable, Hashable, CustomStringConvertible {
  /// One line for people.
  public let description: String

  init(_ description: String) { self.description = description }
}
