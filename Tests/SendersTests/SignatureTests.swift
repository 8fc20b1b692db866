import Bellhop
import Testing

@testable import Senders

/// Codes that other people's programs made.
@Suite struct SignatureTests {
  /// https://en.wikipedia.org/wiki/HMAC#Examples
  @Test(arguments: [
    (BodySignature.Algorithm.sha1, "de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9"),
    (.sha256, "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"),
    (
      .sha512,
      "b42af09057bac1e2d41708e48a902e09b5ff7f12ab428a4fe86653c73dd248fb82f948a549f7b791a5b41915ee4d1ec3935357e4e2317250d0372afa2ebeeb3a"
    ),
  ])
  func algorithms(algorithm: BodySignature.Algorithm, code: String) {
    let body = Array("quick brown fox jumps over the lazy ".utf8)
    for word in [code, code.uppercased()] {
      var signature = BodySignature([word])
      signature.algorithm = algorithm
      signature.before = Array("The ".utf8)
      signature.after = Array("dog".utf8)
      #expect(signature.fault(over: body, [Secret("other"), Secret("key")], noon) == nil)
      #expect(signature.fault(over: body, [Secret("other"), Secret("")], noon) == .wrong)
      #expect(signature.fault(over: body, [], noon) == .wrong)
    }
    for wrong in [String(code.dropLast(2)), code + "00", "", "0", "zz", String(code.dropLast()) + "é"] {
      #expect(BodySignature([wrong]).fault(over: body, [Secret("key")], noon) == .wrong, "\(wrong)")
    }
  }

  @Test func writtenForms() {
    let bytes: [UInt8] = [0xFB, 0xEF, 0xFF, 0]
    for word in ["++//AA==", "--__AA", "++//AA"] { #expect(BodySignature.Notation.base64.bytes(of: word) == bytes, "\(word)") }
    for word in ["+", "*AAA", "++//AA==x"] { #expect(BodySignature.Notation.base64.bytes(of: word) == nil, "\(word)") }
    for word in ["fbefff00", "FBEFff00"] { #expect(BodySignature.Notation.hex.bytes(of: word) == bytes, "\(word)") }
    for word in ["fbefff0", "0x12", " fbefff00", "११"] { #expect(BodySignature.Notation.hex.bytes(of: word) == nil, "\(word)") }
  }

  /// However many codes a head offers, a few are looked at.
  @Test func codesAreBounded() {
    let code = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8"
    let body = Array("The quick brown fox jumps over the lazy dog".utf8)
    let filler = Array(repeating: "00", count: BodySignature.limit - 1)
    #expect(BodySignature(filler + [code]).fault(over: body, [Secret("key")], noon) == nil)
    #expect(BodySignature(filler + ["00", code]).fault(over: body, [Secret("key")], noon) == .wrong)
  }

  @Test func times() {
    let both = Tolerance(Values(["tolerance": .duration(.seconds(60))]), isTwoSided: true)
    let past = Tolerance(Values(), isTwoSided: false)
    #expect(both.fault(of: noon.seconds - 60, at: noon) == nil && both.fault(of: noon.seconds + 60, at: noon) == nil)
    #expect(both.fault(of: noon.seconds - 61, at: noon) == .stale(61) && both.fault(of: noon.seconds + 61, at: noon) == .stale(-61))
    #expect(past.fault(of: noon.seconds - 300, at: noon) == nil && past.fault(of: noon.seconds + 999_999, at: noon) == nil)
    #expect(past.fault(of: noon.seconds - 301, at: noon) == .stale(301))
    #expect(ProofFault.stale(301).line == "the signature is 301 s old, which is too old; is the clock right on both sides?")
    #expect(ProofFault.stale(-61).line == "the signature is made 61 s from now; is the clock right on both sides?")
    for time in [Int64.min, .max] { #expect(both.fault(of: time, at: Timestamp(seconds: -1)) != nil) }
    #expect(Tolerance.check(Values(["tolerance": .duration(.zero)])).map(\.path) == [["tolerance"]])
    #expect(Tolerance.check(Values(["tolerance": .duration(.seconds(86_401))])).count == 1 && Tolerance.check(Values()).isEmpty)
  }

  @Test func amounts() {
    func said(_ amount: JSON, _ currency: String?) -> String? { Money(amount, currency).map { "\($0.text) | \($0.number.text)" } }
    #expect(said(1999, "usd") == "19.99 USD | 19.99" && said("1999", "EUR") == "19.99 EUR | 19.99")
    #expect(said(5000, "jpy") == "5000 JPY | 5000" && said(12_345, "kwd") == "12.345 KWD | 12.345")
    #expect(said(5, "usd") == "0.05 USD | 0.05" && said(-250, "usd") == "-2.50 USD | -2.5" && said(500, "isk") == "5.00 ISK | 5.0")
    #expect(said(.double(1.5), "usd") == nil && said(1, nil) == nil && said("1.5", "usd") == nil && said(.null, "usd") == nil)
    #expect(said(.int(.min), "usd") != nil)
  }
}
