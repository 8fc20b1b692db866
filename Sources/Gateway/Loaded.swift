import Settings

/// A configuration file as read: usable, or with all its mistakes.
public struct Loaded: Sendable {
  /// Mistakes and doubts in the order of the file: `file:line:column: path: problem; hint`, a doubt with `warning: ` behind its place.
  public var findings: [String] { found.map(\.line) }
  private let found: [(line: String, isWarning: Bool)]
  /// The mistakes alone.
  public var mistakes: [String] { found.filter { !$0.isWarning }.map(\.line) }
  /// What is only doubtful.
  public var warnings: [String] { found.filter(\.isWarning).map(\.line) }
  /// The folder of the store.
  public var folder: String
  /// Variables and files that are not to be had here; only where this was asked for.
  public var unknown: [String]
  /// Nil when there are mistakes.
  let configuration: Configuration?
  /// The file from the root, without links; empty for standard input.
  public internal(set) var file = ""
  /// Of the running gateway, where it is elsewhere than the file says.
  var noted: String?

  init(found: [(line: String, isWarning: Bool)], folder: String, unknown: [String], configuration: Configuration?) {
    self.found = found
    self.folder = folder
    self.unknown = unknown
    self.configuration = configuration
  }

  /// The names of its roles; empty when there are mistakes.
  public var roles: [String] { configuration?.tables.map(\.role) ?? [] }
  /// It has no mistakes.
  public var isUsable: Bool { configuration != nil }
  /// Where the running gateway listens for the command line. The file's permission is the authority.
  public var socket: String { noted ?? own }
  /// Where one that starts now would listen.
  var own: String { "\(folder)/bellhop.sock" }
}

/// Why the gateway did not start or did not go on.
public struct LaunchError: Error, Sendable, CustomStringConvertible {
  /// One or many lines, for people.
  public var description: String
  /// The process's exit status: 1 found wanting, 75 try later.
  public var exitCode: Int32
  /// What is wrong with the configuration, a line each as `bellhop check` prints them; empty where that is not the reason.
  public var findings: [String]

  /// Exit status 1, unless told otherwise.
  public init(_ description: String, exitCode: Int32 = 1, findings: [String] = []) {
    self.findings = findings
    self.description = description
    self.exitCode = exitCode
  }
}
