import Bellhop
import Routing

/// Reads `upstream`.
enum UpstreamSection {
  static let keys = ["url", "secret", "ca", "take"]

  /// What the kind `remote` asks for on the other side.
  private static let shortest = 16

  static func read(_ reader: Reader?) -> UpstreamSettings? {
    guard let reader, let keys = reader.keys(keys, of: "upstream") else { return nil }
    let url = keys.required("url", example: "https://bellhop.example.com").flatMap(address)
    let secret = keys.required("secret", example: "\"${OFFICE_SECRET}\"")?.secret()
    let take = keys.required("take", example: "{ bell: \(reader.context.place) }").map(take) ?? []
    let ca = keys["ca"]?.certificates()
    if let secret, let reader = keys["secret"], !reader.isUnknown(secret), secret.reveal().utf8.count < shortest {
      reader.mistake("the secret is shorter than \(shortest) characters, which the other gateway refuses", hint: "use the one that it has")
    }
    guard let url, let secret, !take.isEmpty else { return nil }
    return UpstreamSettings(url: url, secret: secret, ca: ca, take: take)
  }

  private static func address(_ reader: Reader) -> String? {
    guard let url = reader.url() else { return nil }
    let authority = url.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" }
    let isNear = ["localhost", "127.0.0.1", "[::1]"].contains { authority == $0 || authority.hasPrefix("\($0):") }
    if url.hasPrefix("http://"), !isNear {
      reader.warning("the secret and all messages go unencrypted", hint: "use https")
    }
    return String(url.reversed().drop { $0 == "/" }.reversed())
  }

  private static func take(_ reader: Reader) -> [UpstreamSettings.Take] {
    let pairs = reader.pairs("a mapping of transports there to channels or transports here") ?? []
    if reader.node.mapping?.isEmpty == true {
      reader.mistake("nothing is taken", hint: "for example { bell: \(reader.context.place) }: the transport's name there, and here")
    }
    return pairs.compactMap { name, _, value in
      let routes = RouteReader.routes(value)
      guard let route = routes.first else { return nil }
      if routes.count > 1 {
        value.mistake("one place only", hint: "name a channel that has both")
        return nil
      }
      return UpstreamSettings.Take(remote: name, local: route)
    }
  }
}
