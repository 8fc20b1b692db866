import Glibc

/// Tells the service manager how the gateway is getting on, where one has started it and wants to know: `systemctl start` comes back when
/// events are taken, and fails when they never will be. https://www.freedesktop.org/software/systemd/man/sd_notify.html
enum ServiceManager {
  /// Nobody listens, or it listens badly: nothing is lost by that.
  /// - Parameter lines: assignments such as `READY=1`.
  static func tell(_ lines: String..., address: String? = getenv("NOTIFY_SOCKET").map { String(cString: $0) }) {
    var destination = sockaddr_un()
    destination.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: destination.sun_path)
    guard let address, let first = address.utf8.first, address.utf8.count < room else { return }
    var path = Array(address.utf8)
    // An abstract address begins with a zero byte, which nobody can write into a variable.
    if first == UInt8(ascii: "@") { path[0] = 0 }
    withUnsafeMutableBytes(of: &destination.sun_path) { $0.copyBytes(from: path) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let message = Array(lines.joined(separator: "\n").utf8)
    withUnsafePointer(to: destination) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), $0, length)
      }
    }
  }
}
