import Settings

/// A configuration file as read: usable, or with all its mistakes.
public struct Loaded: Sendable {
  /// `file:line:column: path: problem; hint`, in the order of the file.
  public var mistakes: [String]
  /// What is only doubtful, in the same form.
  public var warnings: [String]
  /// The folder of the store.
  public var folder: String
  /// Nil when there are mistakes.
  let configuration: Configuration?

  /// It has no mistakes.
  public var isUsable: Bool { configuration != nil }
  /// Where the running gateway listens for the command line. The file's permission is the authority.
  public var socket: String { "\(folder)/bellhop.sock" }
}

/// Why the gateway did not start or did not go on.
public struct LaunchError: Error, Sendable, CustomStringConvertible {
  /// One or many lines, for people.
  public var description: String
  /// The process's exit status: 1 found wanting, 75 try later.
  public var exitCode: Int32

  /// Exit status 1, unless told otherwise.
  public init(_ description: String, exitCode: Int32 = 1) {
    self.description = description
    self.exitCode = exitCode
  }
}
