import Bellhop
import Testing

@testable import Senders

/// The work is counted in bytes that were looked at, not in time: whatever is sent, it grows with the length and has an end.
@Suite struct RedactionCostTests {
  private func steps(_ text: String) -> Int {
    var draft = Draft(type: "a", text: text)
    return Redactor().redact(&draft)
  }

  private static let pieces = [
    "=", ":", "\"", "'", "\\", "{", "[", "(", "<", "a=", "token:", "token=", "password:\"", "password='", "password=(", "password={", "://",
    "a://b:c",
    "://u:p/", "Bearer ", "Bearer a", "Authorization:", "Authorization: Bearer ", "Cookie: ", "-----BEGIN ",
    "-----BEGIN RSA PRIVATE KEY-----", "4111 ",
    "4", "4-", "eyJ.", "eyJa.b.", "ghp_", "ghp_-", "key-", ",a", "&a", "token: a ", "token: a,", "API key", "password is ", "%5D=", "%22:",
    "passphrase: ",
    "<password>", "<a:", "--password ", "--password hunter22 ", "password hunter22 ", "key-1", "ghp_aaaa", "thin:a/b@", "x='a''",
    "-u ", "：", "密码：", "é", "{\"a\":", "[\"a\",", "{\\\"a\\\":\\\"", "a.", "a-", "_", "token: token: ",
    "pass: \"", "hooks.slack.com/",
    "https://hooks.slack.com/services/", "1:A", "a:b@tcp", "token:a;", "password:$", "password: must ", "secret=${", "token: b\\\"",
  ]

  @Test(arguments: pieces)
  func hostileTextsStayLinear(piece: String) {
    func filled(_ count: Int) -> String { String(repeating: piece, count: max(1, count / piece.utf8.count)) }
    let small = steps(filled(1 << 11))
    let large = steps(filled(1 << 14))
    #expect(large <= 8 * small + 8_192, "\(small) steps for 2 KiB, \(large) for 16 KiB")
    #expect(large <= (TextScan.stepsPerByte + 8) << 14, "\(large) steps for 16 KiB")
  }

  /// Whatever stands beside whatever: the scan ends, within its budget, and a secret that is known by its form is never let through.
  @Test func mixturesOfPieces() {
    var luck = Seeded(7)
    let redactor = Redactor(extra: ["own", "mine*"])
    for _ in 0..<4_000 {
      var text = (0..<Int.random(in: 1...8, using: &luck)).map { _ in Self.pieces.randomElement(using: &luck) ?? "" }.joined()
      text += " ghp_0123456789abcdefghij0123456789abcdef "
      text += (0..<Int.random(in: 0...8, using: &luck)).map { _ in Self.pieces.randomElement(using: &luck) ?? "" }.joined()
      var draft = Draft(type: "a", text: text)
      let steps = redactor.redact(&draft)
      #expect(steps <= (TextScan.stepsPerByte + 8) * text.utf8.count + 2_048 && draft.text?.contains("ghp_0123456789") == false, "\(text)")
    }
  }

  @Test func aMegabyteOfEqualsSigns() {
    let clock = ContinuousClock()
    let took = clock.measure { #expect(steps(String(repeating: "=", count: 1 << 20)) <= 4 << 20) }
    #expect(took < .seconds(20), "\(took)")
  }

  /// JSON in a string in JSON …: it is opened to a depth, and hidden beyond.
  @Test func nestedJSONHasAnEnd() throws {
    var text = #"{"a":"b","password":"hunter2"}"#
    for _ in 0..<8 { text = JSON.object(["a": .string(text)]).text }
    var draft = Draft(type: "a", text: text)
    let steps = Redactor().redact(&draft)
    #expect(steps < 20 * text.utf8.count && draft.text?.contains("hunter2") == false && draft.text?.contains("•••") == true)
    let fat = String(repeating: " ", count: Redaction.opened)
    var data = Draft(type: "a", data: ["a": .string("{\(fat)\"a\":\"seen\"}"), "b": "seen"])
    Redactor().redact(&data)
    #expect(data.data == ["a": "•••", "b": "seen"])
  }

  /// Beyond the budget nothing is let through.
  @Test func whatExceedsTheBudgetIsHidden() {
    let dear = String(repeating: "pass: \"", count: 2_000)
    var draft = Draft(type: "a", text: "seen " + dear + " password=hunter2")
    Redactor().redact(&draft)
    #expect(draft.text?.hasPrefix("seen ") == true && draft.text?.contains("hunter2") == false)
  }

  /// The ordinary event costs one look at each byte of most of its strings.
  @Test func ordinaryStringsAreRejectedAtOnce() {
    for text in ["user.registered", "ada", "pro", "Ada Lovelace", "New user! Ada", "order paid", "49.00", "EUR", "/v1/me"] {
      #expect(steps(text) == 0, "\(text)")
    }
    #expect(steps("a@b.c said: the build is green at 9:30") < 200)
  }
}
