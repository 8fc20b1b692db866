import Bellhop
import HTTPContract
import Store

/// A configured transport with the policy of its lanes.
///
/// A class, because every attempt is handed one, and copying it would touch as many reference counts as it has fields.
public final class ConfiguredTransport: Sendable {
  /// As the YAML names it: `chat`.
  public let name: String
  /// The word behind `use:`: `slack`.
  public let kind: String
  /// What sends.
  public let transport: any Transport
  /// The same, where each of its attempts is one request.
  let requests: (any RequestTransport)?
  /// Its messages can be changed by what the vendor said of them.
  let changes: Bool
  /// How its lanes behave.
  public let policy: Policy

  /// A transport under its name.
  /// - Parameter changes: its messages can be changed where they stand, by what the vendor said of them.
  public init(name: String, kind: String, transport: any Transport, changes: Bool = false, policy: Policy) {
    self.name = name
    self.kind = kind
    self.transport = transport
    requests = transport as? any RequestTransport
    self.changes = changes
    self.policy = policy
  }
}

/// All that the courier needs of one configuration.
public struct Roster: Sendable {
  /// Where destinations lead.
  public var directory: Directory
  /// The transports by name.
  public var ways: [String: ConfiguredTransport]
  /// `server.public_url` without a slash at its end.
  public var publicURL: String?
  /// What else there is to open about a delivery; asked where ``publicURL`` is set, which is its second argument.
  public var links: @Sendable (Delivery, String) -> [Message.Link]

  /// One configuration's ways out.
  public init(
    directory: Directory, ways: [String: ConfiguredTransport], publicURL: String? = nil,
    links: @escaping @Sendable (Delivery, String) -> [Message.Link] = { _, _ in [] }
  ) {
    self.links = links
    self.directory = directory
    self.ways = ways
    self.publicURL = publicURL
  }

  /// The place a destination means and the way there, or why there is none.
  func route(of destination: Destination) -> Result<(place: Place, way: ConfiguredTransport), Fault> {
    directory.place(of: destination).flatMap { place in
      guard let way = ways[place.transport] else {
        return .failure(Fault(.misconfigured, "the transport \(place.transport) is gone from the configuration"))
      }
      return .success((place, way))
    }
  }
}
