import Bellhop
import Crypto
import Testing

@testable import Senders

@Suite struct TokenTests {
  @Test func aTokenHasAFormAndADigest() {
    var luck = Seeded(3)
    let token = Token.make(for: "Old App", luck: &luck)
    #expect(token.hasPrefix("bh_old-app_") && token.count == 11 + 43 && Token.make(for: "Old App", luck: &luck) != token)
    let digest = Token.digest(of: token)
    #expect(Token.isDigest(digest) && Token.isWellFormed(digest))
    // https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values: "abc"
    #expect(Token.digest(of: "abc") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    for wrong in ["sha256:", "sha256:ba78", digest.uppercased(), digest + "0", String(digest.dropLast()) + "g"] {
      #expect(!Token.isWellFormed(wrong))
    }
  }

  @Test func theTokenProvesAndTheDigestDoesNot() {
    let digest = Token.digest(of: "a-token")
    let secret = Secret(digest)
    #expect(secret.isProved(by: Array("a-token".utf8)))
    #expect(!secret.isProved(by: Array("another".utf8)) && !secret.isProved(by: Array("".utf8)))
    #expect(!secret.isProved(by: Array(digest.utf8)), "who reads the file has no token")
    #expect(Secret("plain").isProved(by: Array("plain".utf8)) && !Secret("plain").isProved(by: Array("plai".utf8)))
  }

  /// One look at many secrets tells of each what it is, in any order.
  @Test func oneTokenIsHeldToManySecrets() {
    let (key, other) = (Secret(Token.digest(of: "key")), Secret(Token.digest(of: "other")))
    for (offered, proved) in [
      ("key", [key, Secret("key")]), ("plain", [Secret("plain")]), ("", [Secret(Token.digest(of: ""))]), ("sha256:", []),
    ] {
      var token = OfferedToken(Array(offered.utf8))
      for secret in [Secret("plain"), key, other, key, Secret("key"), Secret(""), Secret(Token.digest(of: "")), Secret("plain")] {
        #expect(token.proves(secret) == proved.contains(secret), "\(offered) \(secret.reveal())")
        #expect(secret.isProved(by: Array(offered.utf8)) == proved.contains(secret))
      }
    }
  }

  @Test func aDigestStandsWhereATokenIsOffered() {
    let sender = Sender(name: "chat", dialect: .slack, secrets: [Secret(Token.digest(of: "key-1"))])
    #expect(
      sender.proof(of: PostHead(path: ["key-1"]), at: Timestamp(seconds: 0)) == .proven
        && sender.proof(of: PostHead(path: ["key-2"]), at: Timestamp(seconds: 0)) == .refused(.wrong))
  }

  private static let end = Timestamp(seconds: 1_800_000_000)

  /// From its end on a secret proves nothing, and who brings it hears why; the other of two goes on.
  @Test func anEndIsAnEnd() {
    let sender = Sender(
      name: "chat", dialect: .slack, secrets: [Secret(Token.digest(of: "old")), Secret("new")],
      expiries: [Secret(Token.digest(of: "old")): Self.end])
    for (key, at, proof) in [
      ("old", Self.end - .microseconds(1), Sender.HeadProof.proven), ("old", Self.end, .refused(.expired(Self.end))),
      ("new", Self.end, .proven), ("none", Self.end, .refused(.wrong)),
    ] {
      #expect(sender.proof(of: PostHead(path: [key]), at: at) == proof, "\(key)")
    }
    #expect(
      ProofFault.expired(Self.end).line == "the secret that proves who sends this expired at 2027-01-15T08:00:00.000Z: ask for a new one")
  }

  /// The same of signatures over the body.
  @Test func signaturesEndToo() throws {
    let body = Array(#"{"zen":"a"}"#.utf8)
    let sender = Sender(
      name: "code", dialect: try #require(Dialect.named("github")), secrets: [Secret("old"), Secret("new")],
      expiries: [Secret("old"): Self.end])
    func title(_ key: String, at now: Timestamp) -> String? {
      let mac = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(key.utf8)))
      let code = mac.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
      let head = PostHead(headers: [.init("x-hub-signature-256", "sha256=" + code), .init("x-github-event", "ping")])
      if case .failure(let refusal) = sender.receive(body, head, at: now) { return refusal.fault.map(\.line) ?? refusal.title }
      return nil
    }
    #expect(title("old", at: Self.end - .seconds(1)) == nil && title("new", at: Self.end) == nil)
    #expect(title("old", at: Self.end) == ProofFault.expired(Self.end).line)
    #expect(title("none", at: Self.end) == ProofFault.wrong.line)
  }
}
