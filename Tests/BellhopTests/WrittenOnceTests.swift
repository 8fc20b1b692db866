import Bellhop
import Testing

/// What several rooms need and one place says.
@Suite struct WrittenOnceTests {
  @Test func allButUnreservedIsEncoded() {
    #expect("a-Z_0.9~".percentEncoded() == "a-Z_0.9~")
    #expect("a b/ü&%41+\u{0}".percentEncoded() == "a%20b%2F%C3%BC%26%2541%2B%00")
    #expect("/a/b c".percentEncoded(keeping: "/") == "/a/b%20c")
    #expect("".percentEncoded().isEmpty)
  }

  @Test func escapesThatStandThereMayStay() {
    #expect("%41%zz%4%".percentEncoded(keepsEscapes: true) == "%41%25zz%254%25")
    // The second sign's digits are not the first one's.
    #expect("%%41".percentEncoded(keepsEscapes: true) == "%25%41")
  }

  @Test func whatWasEncodedIsReadBack() {
    let odd = "a+b %41 / ü 🛎️ \u{7F}\u{0}"
    #expect(odd.percentEncoded().percentDecoded() == odd)
    #expect(odd.percentEncoded().percentDecoded(plusIsSpace: true) == odd)
    #expect("a+b%2B".percentDecoded(plusIsSpace: true) == "a b+")
    #expect("a+b".percentDecoded() == "a+b")
    #expect("%c3%BC".percentDecoded() == "ü")
  }

  @Test(arguments: ["%", "%4", "%zz", "a%", "%C3", "%FF", "%4ü"]) func whatIsBrokenIsNotGuessed(text: String) {
    #expect(text.percentDecoded() == nil)
  }

  @Test func aHeaderKeepsItsPercentSigns() {
    #expect("100% of %4 %zz %41".percentDecoded(keepsBroken: true) == "100% of %4 %zz A")
    #expect("%FF".percentDecoded(keepsBroken: true) == nil, "still not UTF-8")
  }

  @Test func aTypoIsNearAndAnotherWordIsNot() {
    #expect("warnign".nearest(among: ["info", "warning", "error"]) == "warning")
    #expect("CHANELS".nearest(among: ["roles", "channels"]) == "channels")
    #expect("tranports".nearest(among: ["transports", "store"]) == "transports")
    #expect("bell".nearest(among: ["stdout", "email"]) == nil)
    #expect("".nearest(among: ["a"]) == nil)
    #expect(String(repeating: "x", count: 65).nearest(among: [String(repeating: "x", count: 65)]) == nil, "no typo is as long as that")
  }
}
