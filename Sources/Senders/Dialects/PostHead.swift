import Bellhop
import FoundationEssentials

/// What stands before the body of a post to a sender's address.
public struct PostHead: Sendable, Hashable {
  /// In capitals.
  public var method: String
  /// The pieces of the path behind the sender's own address, percent-decoded: `["v2", "enqueue"]`.
  public var path: [String]
  /// The query, percent-decoded, in its order.
  public var query: [Pair]
  /// The headers in their order, names in lower case.
  public var headers: [Pair]
  /// Who asks: a browser, an app, or a proxy between that the gateway was not told of. Nil for a unix socket.
  public var peer: PeerAddress?

  /// A name and a value.
  public struct Pair: Sendable, Hashable {
    /// Of a header in lower case, of a query as it came.
    public var name: String
    /// As it came.
    public var value: String

    /// A name and a value.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A head. Names of headers are taken in lower case.
  public init(
    method: String = "POST", path: [String] = [], query: [Pair] = [], headers: [Pair] = [], peer: PeerAddress? = nil
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.peer = peer
  }

  /// A header that stands once. One that stands twice proves nothing and says nothing: who would know which of them is meant?
  func header(_ name: String) -> String? { Self.only(headers, name) }

  /// A value of the query that stands once.
  func query(_ name: String) -> String? { Self.only(query, name) }

  private static func only(_ pairs: [Pair], _ name: String) -> String? {
    guard let first = pairs.firstIndex(where: { $0.name == name }) else { return nil }
    return pairs[(first + 1)...].contains { $0.name == name } ? nil : pairs[first].value
  }

  /// The media type of the body.
  var media: MediaType { MediaType(header("content-type") ?? "") }

  // MARK: What proves

  /// The token of `Authorization: Bearer`, or of another scheme. https://www.rfc-editor.org/rfc/rfc6750#section-2.1
  func token(_ scheme: String = "Bearer") -> String? {
    guard let value = header("authorization"), value.utf8.count > scheme.utf8.count + 1,
      value.prefix(scheme.count).lowercased() == scheme.lowercased()
    else { return nil }
    let rest = value.dropFirst(scheme.count)
    guard rest.first == " " else { return nil }
    let token = rest.drop { $0 == " " }
    return token.isEmpty ? nil : String(token)
  }

  /// The password of `Authorization: Basic`, whatever the name. https://www.rfc-editor.org/rfc/rfc7617#section-2
  var password: String? {
    guard let pair = token("Basic"), pair.utf8.count < 4_096, let bytes = Data(base64Encoded: pair),
      let colon = bytes.firstIndex(of: UInt8(ascii: ":"))
    else { return nil }
    let password = String(decoding: bytes[(colon + 1)...], as: UTF8.self)
    return password.isEmpty ? nil : password
  }
}
