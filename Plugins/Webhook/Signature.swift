import Bellhop
import Crypto
import FoundationEssentials

/// Signs requests so that receivers know who sent them and when.
/// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
struct Signature: Sendable {
  private let key: SymmetricKey

  /// `whsec_` and base64, or any other text, whose bytes are the key. Nil where there is no key in it.
  init?(_ secret: Secret) {
    let text = secret.reveal()
    let prefix = "whsec_"
    let bytes = text.hasPrefix(prefix) ? Data(base64Encoded: String(text.dropFirst(prefix.count))) : Data(text.utf8)
    guard let bytes, !bytes.isEmpty else { return nil }
    key = SymmetricKey(data: bytes)
  }

  /// The value of `webhook-signature`: `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64.
  /// - Parameter timestamp: seconds since 1970, as it stands in `webhook-timestamp`.
  func header(id: String, timestamp: String, body: [UInt8]) -> String {
    var code = HMAC<SHA256>(key: key)
    code.update(data: Data("\(id).\(timestamp).".utf8))
    code.update(data: body)
    return "v1," + Data(code.finalize()).base64EncodedString()
  }
}
