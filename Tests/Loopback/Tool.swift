import Foundation
import Glibc

/// Real programs that tests use: from the PATH, or from `.build-tools/`, where `scripts/test-tools.sh` puts what is missing.
public enum Tool {
  /// Where `scripts/test-tools.sh` puts what tests need from PyPI: for `PYTHONPATH`.
  public static var python: String { "\(root)/.build-tools/python" }

  /// The folder that `scripts/test-tools.sh` unpacks Debian's packages into.
  public static var unpacked: String { "\(root)/.build-tools" }

  /// Where the libraries of those packages are: for `LD_LIBRARY_PATH`.
  public static var libraries: String {
    let lib = "\(unpacked)/usr/lib"
    let folders = (try? FileManager.default.contentsOfDirectory(atPath: lib)) ?? []
    return folders.filter { $0.hasSuffix("-linux-gnu") }.map { "\(lib)/\($0)" }.joined(separator: ":")
  }

  /// The folder of the whole project.
  public static var root: String {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path(percentEncoded: false)
  }

  /// The path of a program; throws ``ToolError`` where there is none, as a test that is skipped proves nothing.
  public static func path(_ name: String) throws -> String {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let places = folders + ["/usr/sbin", "\(root)/.build-tools/usr/bin", "\(root)/.build-tools/usr/sbin"]
    guard let found = places.map({ "\($0)/\(name)" }).first(where: FileManager.default.isExecutableFile) else {
      throw ToolError(name: name)
    }
    return found
  }

  /// Starts a program and answers its process id; the caller waits for its end.
  ///
  /// Not Foundation's `Process`: of two at a time, one may wait for the end of the other, and it hands on the signals that the threads of a
  /// test mask: the program would never hear that it is to end.
  /// - Parameters:
  ///   - environment: added to that of the tests.
  ///   - output: where standard output and error go; nowhere by default. The file is made.
  ///   - leads: whether it leads a process group of its own, as servers of several processes do, which end each other by it.
  public static func spawn(
    _ path: String, _ arguments: [String], environment: [String: String] = [:], output: String = "/dev/null", leads: Bool = false
  ) throws -> pid_t {
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    defer { posix_spawn_file_actions_destroy(&files) }
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&files, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&files, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var mask = sigset_t()
    sigemptyset(&mask)
    posix_spawnattr_setsigmask(&attributes, &mask)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | (leads ? POSIX_SPAWN_SETPGROUP : 0)))
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
    var pairs: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
    defer { for word in words + pairs { free(word) } }
    var pid = pid_t()
    let code = posix_spawn(&pid, path, &files, &attributes, &words, &pairs)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    return pid
  }
}

/// A program is neither installed nor fetched.
public struct ToolError: Error, CustomStringConvertible {
  let name: String
  /// Something that is missing, by its name.
  public init(name: String) { self.name = name }
  /// What, and what to do.
  public var description: String { "\(name) is missing: scripts/test-tools.sh fetches it, as `make test` does" }
}
