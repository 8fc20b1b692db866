import Glibc

/// A socket that could not be had.
public struct SocketError: Error, CustomStringConvertible {
  /// The call and the system's word about it.
  public let description: String
  init(_ call: String) { description = "\(call): \(String(cString: strerror(errno)))" }
}

/// Listening sockets.
public enum Socket {
  /// Listens on a free port of 127.0.0.1. With `backlog: 0` and nobody accepting, connections soon hang instead of being made.
  public static func listen(backlog: Int32 = 1024) throws -> (fd: Int32, port: Int) {
    let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard fd >= 0 else { throw SocketError("socket") }
    var address = loopback(0)
    try withAddress(&address) { if bind(fd, $0, $1) != 0 { throw SocketError("bind") } }
    guard Glibc.listen(fd, backlog) == 0 else { throw SocketError("listen") }
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    try withAddress(&address) { pointer, _ in if getsockname(fd, pointer, &length) != 0 { throw SocketError("getsockname") } }
    return (fd, Int(UInt16(bigEndian: address.sin_port)))
  }

  /// A connected socket to that port of 127.0.0.1, not waiting for the connection.
  public static func connect(port: Int) throws -> Int32 {
    let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let fd = socket(AF_INET, flags, 0)
    guard fd >= 0 else { throw SocketError("socket") }
    var address = loopback(port)
    withAddress(&address) { _ = Glibc.connect(fd, $0, $1) }
    return fd
  }

  static func listen(unix path: String) throws -> Int32 {
    let fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard fd >= 0 else { throw SocketError("socket") }
    var address = unix(path)
    try withAddress(&address) { if bind(fd, $0, $1) != 0 { throw SocketError("bind \(path)") } }
    guard Glibc.listen(fd, 1024) == 0 else { throw SocketError("listen") }
    return fd
  }

  /// A connected socket to a unix socket.
  static func connect(unix path: String) throws -> Int32 {
    let fd = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard fd >= 0 else { throw SocketError("socket") }
    var address = unix(path)
    try withAddress(&address) {
      if Glibc.connect(fd, $0, $1) != 0 {
        close(fd)
        throw SocketError("connect \(path)")
      }
    }
    return fd
  }

  private static func unix(_ path: String) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    return address
  }

  private static func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    return address
  }

  private static func withAddress<A>(_ address: inout A, _ use: (UnsafeMutablePointer<sockaddr>, socklen_t) throws -> Void) rethrows {
    try withUnsafeMutablePointer(to: &address) {
      try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { try use($0, socklen_t(MemoryLayout<A>.size)) }
    }
  }
}
