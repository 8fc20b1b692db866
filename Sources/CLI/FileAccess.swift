import Glibc

/// Files in whole, without Foundation: most commands run for milliseconds.
enum FileAccess {
  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  enum Presence { case readable, absent, barred }

  /// Whether a file can be read, is not there, or may not be looked at.
  static func presence(_ path: String) -> Presence {
    if access(path, R_OK) == 0 { return .readable }
    return errno == EACCES ? .barred : .absent
  }

  /// A path that is the same from every folder; as it is where nothing is there.
  static func whole(_ path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
  }

  /// Who owns a socket or file that is there and that we may not write to; nil where that is not what is wrong.
  static func owner(barring path: String) -> String? {
    guard access(path, W_OK) != 0, errno == EACCES else { return nil }
    var status = stat()
    guard stat(path, &status) == 0 else { return "root" }
    var record = passwd()
    var buffer = [CChar](repeating: 0, count: 4_096)
    var found: UnsafeMutablePointer<passwd>?
    guard getpwuid_r(status.st_uid, &record, &buffer, buffer.count, &found) == 0, found != nil, let name = record.pw_name else {
      return "#\(status.st_uid)"
    }
    return String(cString: name)
  }

  /// The bytes of a file, or of standard input for `-`.
  static func read(_ path: String) throws(CommandEnd) -> [UInt8] {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .misuse("cannot read \(path): \(reason()); give a file, or - for standard input") }
    defer { if path != "-" { close(descriptor) } }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count > 0 { bytes += buffer[..<count] }
      if count == 0 { return bytes }
      guard count > 0 || errno == EINTR else { throw .misuse("cannot read \(path): \(reason()); give a file, or - for standard input") }
    }
  }

  /// Makes a file that was not there before.
  static func create(_ path: String, _ bytes: [UInt8]) throws(CommandEnd) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      if errno == EEXIST { throw .wanting("\(path) is already there and stays as it is: name another file, or move it away first") }
      throw .wanting("cannot write \(path): \(reason()); name a place that you may write to")
    }
    let whole = write(bytes, to: descriptor)
    let why = reason()
    close(descriptor)
    guard whole else {
      unlink(path)
      throw .wanting("cannot write \(path): \(why)")
    }
  }

  /// Whether all of it was written.
  @discardableResult
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        // A pipe that its other end made non-blocking.
        var full = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&full, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }

  /// What the system says of the last failure.
  static func reason() -> String { String(cString: strerror(errno)) }
}
