import Glibc

/// Reads files whole. A configuration and its secrets are small: no more than `limit` bytes are taken.
public enum Files {
  /// The largest file that is read: one byte more than a document may have, so that the document says it is too long.
  static let limit = (4 << 20) + 1

  /// The bytes of a file. Throws what the system says when it is missing, a folder, or not ours to read.
  public static func read(_ path: String) throws(FileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while bytes.count < limit {
      let count = Glibc.read(descriptor, &buffer, min(buffer.count, limit - bytes.count))
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure()
      }
      bytes.append(contentsOf: buffer[..<count])
    }
    return bytes
  }

  private static func failure() -> FileError { FileError(String(cString: strerror(errno))) }
}
