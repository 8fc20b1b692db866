import Bellhop
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

  @Test func aDigestStandsWhereATokenIsOffered() {
    let sender = Sender(name: "chat", dialect: .slack, secrets: [Secret(Token.digest(of: "key-1"))])
    #expect(sender.proof(of: PostHead(path: ["key-1"])) == .proven && sender.proof(of: PostHead(path: ["key-2"])) == .refused(.wrong))
  }
}
