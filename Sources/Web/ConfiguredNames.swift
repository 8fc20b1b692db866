/// Names of the configuration in force, as pages offer them to who types.
public struct ConfiguredNames: Sendable, Hashable {
  /// In the order of the file.
  public var roles: [String]
  /// Channels, then transports, which rows may name by themselves.
  public var channels: [String]

  /// None, unless told otherwise.
  public init(roles: [String] = [], channels: [String] = []) {
    self.roles = roles
    self.channels = channels
  }
}
