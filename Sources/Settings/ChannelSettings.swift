import Bellhop

/// One of the section `channels`: a named place where people listen.
public struct ChannelSettings: Sendable, Hashable {
  /// As rows name it.
  public var name: String
  /// One for each of its transports, in the order of the file.
  public var places: [ChannelPlace]

  /// That channel.
  public init(name: String, places: [ChannelPlace]) {
    self.name = name
    self.places = places
  }
}
