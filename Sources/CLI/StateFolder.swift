import Glibc

/// Where this user's commands keep what they have yet to do.
enum StateFolder {
  /// `$BELLHOP_STATE`, else `bellhop` in the user's state folder; nil where there is none.
  static var path: String? {
    path(Terminal.environment, home: getpwuid(getuid()).flatMap { $0.pointee.pw_dir }.map { String(cString: $0) })
  }

  /// https://specifications.freedesktop.org/basedir-spec/latest/#variables
  static func path(_ environment: (String) -> String?, home: String?) -> String? {
    func folder(_ name: String) -> String? { environment(name).flatMap { $0.hasPrefix("/") ? $0 : nil } }
    if let named = folder("BELLHOP_STATE") { return named }
    if let state = folder("XDG_STATE_HOME") { return "\(state)/bellhop" }
    return (folder("HOME") ?? home).map { "\($0)/.local/state/bellhop" }
  }

  /// Makes it, for its owner alone.
  static func make(_ path: String) throws(CommandEnd) {
    var made = ""
    for part in path.split(separator: "/") {
      made += "/\(part)"
      guard mkdir(made, 0o700) == 0 || FileAccess.exists(made) else {
        throw .wanting("cannot make \(made): \(FileAccess.reason()); name another folder in $BELLHOP_STATE")
      }
    }
    guard access(path, R_OK | W_OK | X_OK) == 0 else {
      throw .wanting("you may not write to \(path): name another folder in $BELLHOP_STATE")
    }
  }

  /// This machine's name.
  static var host: String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
    let name = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return name.isEmpty ? "localhost" : Output.printable(name)
  }
}
