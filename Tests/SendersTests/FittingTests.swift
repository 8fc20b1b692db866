import Bellhop
import Testing

@testable import Senders

@Suite struct FittingTests {
  private func fitted(_ change: (inout Draft) -> Void) -> Draft {
    var draft = Draft(type: "a", text: "t")
    change(&draft)
    draft.fit(EventLimits(), sender: "shop")
    return draft
  }

  @Test(arguments: [
    ("user.registered", "user.registered"), ("User Registered!", "User_Registered_"), ("a..b.", "a.b"), (".", nil), ("ä.b", "_.b"),
    ("bellhop.store.low", "shop/bellhop.store.low"), ("Bellhop", "shop/Bellhop"), ("charge/paid:eur-x_1", "charge/paid:eur-x_1"),
  ])
  func types(written: String, becomes: String?) { #expect(fitted { $0.type = written }.type == becomes) }

  @Test func whatIsTooLongIsToldApart() throws {
    let long = String(repeating: "é", count: 500)
    let (one, two) = (fitted { $0.id = long + "1" }.id, fitted { $0.id = long + "2" }.id)
    #expect(one != two && one?.utf8.count ?? 0 <= 256)
    #expect(fitted { $0.subject = long }.subject?.utf8.count == 512)
    #expect(fitted { $0.type = String(repeating: "a.", count: 400) }.type.map { $0.utf8.count <= 128 && !$0.hasSuffix(".") } == true)
    let text = fitted { $0.say(Text(literal: String(repeating: "word ", count: 20_000))) }
    #expect(text.text?.utf8.count ?? 0 <= 65_536 && text.text?.hasSuffix("bytes in all)") == true && text.body == nil)
    #expect(text.data["text"]?.string?.utf8.count == 100_000)
  }

  @Test func oddSignsAreReplaced() {
    #expect(fitted { $0.subject = "a\nb\u{7F}" }.subject == "a b ")
    #expect(fitted { $0.text = "a\0b" }.text == "a\u{FFFD}b")
    #expect(fitted { $0.source = "bellhop" }.source == "shop/bellhop")
    #expect(fitted { $0.id = "" }.id == nil)
    #expect(
      fitted {
        $0.type = nil
        $0.text = ""
      }.text == "(a message without words)")
  }
}
