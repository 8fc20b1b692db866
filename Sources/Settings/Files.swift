import Glibc

/// Reads files whole. A configuration and its secrets are small: no more than `limit` bytes are taken.
public enum Files {
  /// The largest file that is read: one byte more than a document may have, so that the document says it is too long.
  static let limit = (4 << 20) + 1

  /// The bytes of a file. Throws what the system says when it is missing, a folder, or not ours to read; and for pipes and devices, which
  /// may keep who reads them waiting for ever.
  public static func read(_ path: String) throws(FileError) -> [UInt8] {
    // https://man7.org/linux/man-pages/man2/open.2.html: without O_NONBLOCK a pipe that nobody writes to holds up `open` itself.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure() }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return try contents(of: descriptor)
    case S_IFDIR: throw FileError("Is a directory")
    default: throw FileError("it is a pipe or a device, and no file")
    }
  }

  /// The bytes of a file, a pipe (`<(…)`), or standard input for `-`: for who reads once and may be kept waiting.
  public static func readAny(_ path: String) throws(FileError) -> [UInt8] {
    if path == "-" { return try contents(of: STDIN_FILENO) }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    return try contents(of: descriptor)
  }

  private static func contents(of descriptor: Int32) throws(FileError) -> [UInt8] {
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

  private static func failure() -> FileError { FileError(String(cString: strerror(errno)), isDenied: errno == EACCES) }
}
