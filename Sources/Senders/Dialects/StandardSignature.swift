import Bellhop
import Crypto

/// Signatures of Standard Webhooks, which Svix, GitLab and many others send:
/// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
struct StandardSignature: Sendable {
  /// The message's id, the same at every attempt.
  let id: String
  private let shared: BodySignature
  /// Codes of the kind `v1a`, which a public key verifies.
  private let asymmetric: [[UInt8]]

  /// Nil where the head has none of its three headers.
  /// - Parameter prefixes: of the headers' names: `webhook`, and `svix` for the users of that service.
  init?(_ head: PostHead, _ tolerance: Tolerance, prefixes: [String] = ["webhook", "svix"]) {
    for prefix in prefixes {
      guard let id = head.header("\(prefix)-id"), let time = head.header("\(prefix)-timestamp"), let seconds = SignatureWords.seconds(time),
        let signatures = head.header("\(prefix)-signature")
      else { continue }
      let versions = signatures.split(separator: " ").prefix(BodySignature.limit).map { $0.split(separator: ",", maxSplits: 1) }
      func codes(_ version: String) -> [Substring] { versions.filter { $0.count == 2 && $0[0] == version }.map { $0[1] } }
      self.id = id
      var shared = BodySignature(codes("v1"), .base64)
      shared.before = Array("\(id).\(time).".utf8)
      shared.signedAt = seconds
      shared.tolerance = tolerance
      shared.keys = Self.keys
      self.shared = shared
      asymmetric = codes("v1a").compactMap { BodySignature.Notation.base64.bytes(of: $0) }
      return
    }
    return nil
  }

  /// The proof that it is, over the body as it came.
  var proof: Proof { .overBody { body, secrets, now in fault(over: body, secrets, now) } }

  /// What is wrong with it; nil where nothing is. Only who could sign hears that it is too old.
  func fault(over body: [UInt8], _ secrets: [Secret], _ now: Timestamp) -> ProofFault? {
    let isShared = shared.isRight(over: body, secrets)
    return isShared || isRight(over: body, secrets.compactMap(Self.publicKey)) ? shared.lateness(now) : .wrong
  }

  private func isRight(over body: [UInt8], _ keys: [Curve25519.Signing.PublicKey]) -> Bool {
    guard !keys.isEmpty, !asymmetric.isEmpty else { return false }
    let signed = shared.before + body
    return keys.contains { key in asymmetric.contains { key.isValidSignature($0, for: signed) } }
  }

  /// `whsec_` and base64, base64 alone, or any text whose bytes are the key, as Bellhop's own webhooks take it.
  @Sendable private static func keys(_ secret: Secret) -> [[UInt8]] {
    let text = secret.reveal()
    if text.hasPrefix("whpk_") { return [] }
    if text.hasPrefix("whsec_") { return BodySignature.Notation.base64.bytes(of: text.dropFirst("whsec_".count)).map { [$0] } ?? [] }
    let bytes = Array(text.utf8)
    return [bytes] + (BodySignature.Notation.base64.bytes(of: text).map { [$0] } ?? [])
  }

  private static func publicKey(_ secret: Secret) -> Curve25519.Signing.PublicKey? {
    let text = secret.reveal()
    guard text.hasPrefix("whpk_"), let raw = BodySignature.Notation.base64.bytes(of: text.dropFirst("whpk_".count)) else { return nil }
    return try? Curve25519.Signing.PublicKey(rawRepresentation: raw)
  }

  /// Why a secret is no key.
  @Sendable static func mistake(_ secret: Secret) -> SettingMistake? {
    let text = secret.reveal()
    if text.hasPrefix("whpk_") {
      return publicKey(secret) == nil ? SettingMistake("is no public key", hint: "after whpk_ come 32 bytes in base64") : nil
    }
    guard text.hasPrefix("whsec_"), keys(secret).first?.isEmpty ?? true else { return nil }
    return SettingMistake("is no key", hint: "after whsec_ comes base64, of 1 byte or more")
  }
}
