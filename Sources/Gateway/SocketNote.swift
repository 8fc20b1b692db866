import Bellhop
import Glibc

/// Where the running gateway of a configuration listens, noted where the file itself does not say: a store that is moved in the file stays
/// where it was until a restart, and so does the socket in it.
///
/// A note is a file of two lines, the configuration's path and the socket's, in a folder that only its owner writes to: systemd's for the
/// installed service, else the user's own.
struct SocketNote {
  private let configuration: String

  /// - Parameter path: of the configuration, as given.
  init(of path: String) { configuration = Self.whole(path) }

  /// Notes it. Nothing is lost where that cannot be done: the socket is found where the file says.
  func write(_ socket: String) {
    guard let folder = Self.ours else { return }
    mkdir(folder, 0o755)
    guard Self.isTrusted(folder) else { return }
    let place = place(in: folder)
    let new = "\(place).\(getpid())"
    let descriptor = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { return }
    let bytes = Array("\(configuration)\n\(Self.whole(socket))\n".utf8)
    let isWhole = Glibc.write(descriptor, bytes, bytes.count) == bytes.count
    close(descriptor)
    if !isWhole || rename(new, place) != 0 { unlink(new) }
  }

  /// Takes back what was noted for this socket.
  func remove(_ socket: String) {
    guard let folder = Self.ours, read(in: folder) == Self.whole(socket) else { return }
    unlink(place(in: folder))
  }

  /// The socket that is noted and there; nil where there is none.
  func socket() -> String? {
    let folders = ["/run/bellhop"] + Self.own
    return folders.lazy.filter(Self.isTrusted).compactMap(read).first { access($0, F_OK) == 0 }
  }

  private func place(in folder: String) -> String { "\(folder)/\(String(fingerprint(configuration), radix: 16)).socket" }

  private func read(in folder: String) -> String? {
    let descriptor = open(place(in: folder), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 8_192)
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    guard count > 0 else { return nil }
    let lines = String(decoding: buffer[..<count], as: UTF8.self).split(separator: "\n").map(String.init)
    return lines.count == 2 && lines[0] == configuration ? lines[1] : nil
  }

  /// Where this process notes. https://www.freedesktop.org/software/systemd/man/systemd.exec.html#RuntimeDirectory=
  private static var ours: String? {
    if let given = getenv("RUNTIME_DIRECTORY").map({ String(cString: $0) }), given.hasPrefix("/"), !given.contains(":") { return given }
    return getuid() == 0 ? "/run/bellhop" : own.first
  }

  private static var own: [String] {
    let user = "/run/user/\(getuid())"
    return [access(user, W_OK) == 0 ? "\(user)/bellhop" : "/tmp/bellhop-\(getuid())"]
  }

  /// Nobody else may put a note there: one that leads to a foreign socket would be told what is for this gateway.
  private static func isTrusted(_ folder: String) -> Bool {
    var status = stat()
    guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_mode & 0o022 == 0 else { return false }
    return folder.hasPrefix("/run/") && !folder.hasPrefix("/run/user/") || status.st_uid == getuid()
  }

  /// A path from the root, without links; as it is where there is nothing.
  static func whole(_ path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
  }
}
