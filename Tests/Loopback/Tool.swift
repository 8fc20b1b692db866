import Foundation

/// Real programs that tests use: from the PATH, or from `.build-tools/`, where `scripts/test-tools.sh` puts what is missing.
public enum Tool {
  /// The path of a program; throws ``ToolError`` where there is none, as a test that is skipped proves nothing.
  public static func path(_ name: String) throws -> String {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path(
      percentEncoded: false)
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    let places = folders + ["/usr/sbin", "\(root)/.build-tools/usr/bin", "\(root)/.build-tools/usr/sbin"]
    guard let found = places.map({ "\($0)/\(name)" }).first(where: FileManager.default.isExecutableFile) else {
      throw ToolError(name: name)
    }
    return found
  }
}

/// A program is neither installed nor fetched.
public struct ToolError: Error, CustomStringConvertible {
  let name: String
  /// What, and what to do.
  public var description: String { "\(name) is missing: scripts/test-tools.sh fetches it, as `make test` does" }
}
