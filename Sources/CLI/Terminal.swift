import Glibc

/// The process's edges: standard input and outputs, environment, clock, exit.
enum Terminal {
  /// Throws where standard output does not take it, as on a full disk: half a result must not pass for a whole one. Who closed the pipe
  /// has seen enough and is told nothing.
  static func say(_ text: String) throws(CommandEnd) {
    guard !write(text, to: STDOUT_FILENO) else { return }
    let why = errno
    throw .wanting(why == EPIPE ? "" : "standard output did not take it all: \(String(cString: strerror(why)))")
  }

  static func complain(_ text: String) { write(text, to: STDERR_FILENO) }

  @discardableResult
  private static func write(_ text: String, to descriptor: Int32) -> Bool {
    var bytes = Array(text.utf8)
    if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
    return FileAccess.write(bytes, to: descriptor)
  }

  /// Whether somebody still reads the standard output; a pipe tells when its other end is closed.
  /// https://man7.org/linux/man-pages/man2/poll.2.html
  static var isHeard: Bool {
    var look = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
    return poll(&look, 1, 0) <= 0 || look.revents & Int16(POLLERR | POLLHUP | POLLNVAL) == 0
  }

  static func exit(with code: Int32) -> Never { Glibc.exit(code) }

  static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Somebody sits in front of both input and output.
  static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

  /// Somebody looks at what is complained about.
  static var isWatched: Bool { isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb" }

  /// Columns of the screen; nil where the output goes to a file or a pipe, which is never cut.
  static var width: Int? {
    guard isatty(STDOUT_FILENO) == 1 else { return nil }
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  /// Colours are for people, and only for those who want them. https://no-color.org
  static var hasColour: Bool { isatty(STDOUT_FILENO) == 1 && (environment("NO_COLOR") ?? "").isEmpty && environment("TERM") != "dumb" }

  /// Goes on after a yes: by `--yes`, or by the person at the terminal.
  static func confirm(_ question: String, yes: Bool) throws(CommandEnd) {
    if yes { return }
    guard isInteractive else { throw .misuse("this cannot be undone and nobody is here to ask: add --yes") }
    FileAccess.write(Array("\(question) [y/N] ".utf8), to: STDERR_FILENO)
    guard let answer = readLine(), ["y", "yes"].contains(answer.lowercased()) else { throw .wanting("nothing was changed") }
  }
}
