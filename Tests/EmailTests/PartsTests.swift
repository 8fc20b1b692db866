import Bellhop
import Curl
import Testing

@testable import Email

@Suite struct PartsTests {
  @Test(
    arguments: [
      ("ann@example.com", nil, "ann@example.com"), ("Ann <ann@example.com>", "Ann", "ann@example.com"),
      ("\"Ann, of ops\" <ann@example.com>", "Ann, of ops", "ann@example.com"), ("jörg@exämple.com", nil, "jörg@xn--exmple-cua.com"),
      ("Ann <ann@bücher.example>", "Ann", "ann@xn--bcher-kva.example"),
    ] as [(String, String?, String)]) func mailboxes(_ text: String, _ name: String?, _ address: String)
  {
    let box = MailAddress(text)
    #expect(box?.name == name && box?.address == address)
  }

  @Test(arguments: [
    "", "ann", "@x", "ann@", "a b@x", "a@b@c", "a\r\nb@x", "<a@x", "Ann <a@x> b", "a@.x", "a@x..y", "a,b@x", "a\0@x", "a@ü\u{200E}x",
  ])
  func noMailboxes(_ text: String) { #expect(MailAddress(text) == nil) }

  /// The words of https://www.rfc-editor.org/rfc/rfc2047#section-2: at most 75 characters, folded at 78.
  @Test func headersAreFolded() {
    let long = MailHeader.text("Subject", String(repeating: "wörd 🎉 ", count: 40))
    for line in long.split(separator: "\r\n") { #expect(line.utf8.count <= 78 && line.utf8.allSatisfy { $0 < 0x80 }) }
    #expect(MailHeader.text("Subject", "plain words") == "Subject: plain words")
    #expect(MailHeader.text("Subject", "a =?utf-8?Q?b?=").contains("=?utf-8?B?"))
    #expect(
      MailHeader.mailbox("From", MailAddress("Ann, of ops <a@x>") ?? MailAddress("a@x")!) == "From: =?utf-8?B?QW5uLCBvZiBvcHM=?= <a@x>")
  }

  @Test func quotedPrintable() {
    #expect(QuotedPrintable.encode("a=b é \nFrom x\n.\n") == "a=3Db =C3=A9=20\r\n=46rom x\r\n.\r\n")
    for line in QuotedPrintable.encode(String(repeating: "é x", count: 500)).split(separator: "\r\n") { #expect(line.utf8.count <= 76) }
  }

  @Test(arguments: [
    (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"), (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
  ])
  func dates(_ seconds: Int, _ text: String) { #expect(MailDate.text(Timestamp(seconds: Int64(seconds))) == text) }

  @Test(
    arguments: [
      (["server": .string("https://x")], [["server"]]), (["server": .string("smtp://x/y")], [["server"]]),
      (["from": .string("me")], [["from"]]), (["hello": .string("gw.example.com")], []), (["hello": .string("[192.0.2.1]")], []),
      (["hello": .string("a b")], [["hello"]]), (["hello": .string("vm")], [["hello"]]),
      (["user": .string("u")], [["user"]]), (["password": .secret(Secret("p"))], [["password"]]),
      (["user": .string("u"), "password": .secret(Secret("p")), "oauth": .secret(Secret("o"))], [["oauth"]]),
      (["user": .string("u"), "password": .secret(Secret("p")), "plaintext": .bool(true)], [["plaintext"]]), ([:], []),
    ] as [([String: Value], [[String]])]) func mistakes(_ settings: [String: Value], _ paths: [[String]])
  {
    var values = Values(["server": .string("smtp://mail.example.com:587"), "from": .string("gw@example.com")])
    values.entries.merge(settings) { $1 }
    #expect(EmailKind.kind(Engine()).check(values).map(\.path) == paths)
  }

  @Test func aWrongRecipientIsNamed() {
    let kind = EmailKind.kind(Engine())
    #expect(kind.checkTarget(Target(["to": ["a@x.example", "me", "{{data.mail}}"]]), Values()).map(\.path) == [["to", "1"]])
  }
}
