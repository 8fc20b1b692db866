import Bellhop
import Crypto
import FoundationEssentials

/// What the head of a post says of its signature: one of the sender's secrets must have made it over the raw body.
///
/// Every secret is tried with every code that the head offers, and codes are compared in constant time. https://www.rfc-editor.org/rfc/rfc2104
struct BodySignature: Sendable {
  /// What makes a code of a key and bytes.
  enum Algorithm: String, Sendable, CaseIterable { case sha1, sha256, sha512 }

  /// How a code is written.
  enum Notation: String, Sendable, CaseIterable { case hex, base64 }

  /// So many codes of a head are looked at: the more secrets rotate at once, the more there are, and nobody rotates as many.
  static let limit = 16

  /// The codes that the head offers, decoded.
  var codes: [[UInt8]]
  /// What makes the codes.
  var algorithm = Algorithm.sha256
  /// What is signed before the body: an id, a time, and what parts them.
  var before: [UInt8] = []
  /// What is signed behind the body.
  var after: [UInt8] = []
  /// When it was signed, in seconds since 1970.
  var signedAt: Int64?
  /// How far that may be from now.
  var tolerance: Tolerance?
  /// The keys that a secret stands for; none where it is no key of this kind.
  var keys: @Sendable (Secret) -> [[UInt8]] = { [Array($0.reveal().utf8)] }

  /// A signature with the codes that are one: what is no code at all is left out.
  init(_ words: some Sequence<some StringProtocol>, _ encoding: Notation = .hex) {
    codes = words.prefix(Self.limit).compactMap { encoding.bytes(of: $0) }.filter { !$0.isEmpty }
  }

  /// The proof that it is, over the body as it came.
  var proof: Proof { .overBody { body, secrets, now in fault(over: body, secrets, now) } }

  /// What is wrong with it; nil where nothing is. Only who could sign hears that it is too old.
  func fault(over body: [UInt8], _ secrets: [Secret], _ now: Timestamp) -> ProofFault? {
    isRight(over: body, secrets) ? lateness(now) : .wrong
  }

  /// Whether one of the secrets made one of the codes.
  func isRight(over body: [UInt8], _ secrets: [Secret]) -> Bool {
    var isRight = false
    for secret in secrets where !secret.isEmpty {
      for key in keys(secret) where matches(body, SymmetricKey(data: key)) { isRight = true }
    }
    return isRight
  }

  /// Whether it was signed too long ago, or too far ahead; nil where its time is near enough or none is signed.
  func lateness(_ now: Timestamp) -> ProofFault? {
    guard let signedAt, let tolerance else { return nil }
    return tolerance.fault(of: signedAt, at: now)
  }

  private func matches(_ body: [UInt8], _ key: SymmetricKey) -> Bool {
    switch algorithm {
    case .sha1: offers(Self.code(Insecure.SHA1.self, [before, body, after], key))
    case .sha256: offers(Self.code(SHA256.self, [before, body, after], key))
    case .sha512: offers(Self.code(SHA512.self, [before, body, after], key))
    }
  }

  private static func code<Hash: HashFunction>(_: Hash.Type, _ parts: [[UInt8]], _ key: SymmetricKey) -> HMAC<Hash>.MAC {
    var hmac = HMAC<Hash>(key: key)
    for part in parts { hmac.update(data: part) }
    return hmac.finalize()
  }

  /// Comparing with what the library made takes the same time wherever the two differ.
  private func offers<Code: MessageAuthenticationCode>(_ code: Code) -> Bool {
    var isRight = false
    for offer in codes where code == offer { isRight = true }
    return isRight
  }
}

extension BodySignature.Notation {
  /// The bytes that a word stands for; nil where it is not written so. Base64 may be that of addresses, and without its padding.
  /// https://www.rfc-editor.org/rfc/rfc4648
  func bytes(of word: some StringProtocol) -> [UInt8]? {
    switch self {
    case .hex: return Self.hex(Array(word.utf8))
    case .base64:
      var text = String(word).replacing("-", with: "+").replacing("_", with: "/")
      while text.last == "=" { text.removeLast() }
      return Data(base64Encoded: text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)).map { Array($0) }
    }
  }

  private static func hex(_ digits: [UInt8]) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = Character(UnicodeScalar(digits[index])).hexDigitValue,
        let low = Character(UnicodeScalar(digits[index + 1])).hexDigitValue
      else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes
  }
}
