/// Why a file could not be read.
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What the system says: `No such file or directory`.
  public let description: String

  /// With that reason.
  public init(_ description: String) { self.description = description }
}
