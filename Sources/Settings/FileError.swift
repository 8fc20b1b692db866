/// Why a file could not be read.
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What the system says: `No such file or directory`.
  public let description: String

  /// It may be there, and others may read it.
  public let isDenied: Bool

  /// With that reason.
  public init(_ description: String, isDenied: Bool = false) {
    self.description = description
    self.isDenied = isDenied
  }
}
