import Bellhop
import Loopback
import Testing

@testable import Curl

@Suite struct HostNameTests {
  @Test(arguments: [
    ("bücher.example", "xn--bcher-kva.example"), ("BÜCHER.example", "xn--bcher-kva.example"),
    ("bu\u{308}cher.example", "xn--bcher-kva.example"),
    ("日本語.example", "xn--wgv71a119e.example"), ("plain.example", "plain.example"), ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ("", ""),
  ]) func inASCII(_ name: String, _ ascii: String) { #expect(HostName.ascii(name) == ascii) }

  @Test(arguments: ["ü b.example", "ü/b", "ü@b", "ü:1", "ü\u{0}", "ü\u{200E}x", String(repeating: "ü", count: 300)])
  func noNames(_ name: String) { #expect(HostName.ascii(name) == nil) }

  @Test func addressesLeadToNamesInASCII() throws {
    let origin = try #require(Origin("http://bücher.example:81/ä?ö"))
    #expect(origin.host == "xn--bcher-kva.example" && origin.label == "xn--bcher-kva.example:81")
    #expect(Origin("http://b%C3%BCcher.example/") == Origin("http://xn--bcher-kva.example/"))
    #expect(Origin.mail("smtp://bücher.example")?.host == "xn--bcher-kva.example")
    #expect(Origin.broker("mqtt://bücher.example")?.host == "xn--bcher-kva.example")
    #expect(Origin("http://ü\u{200E}x/") == nil)
    #expect(HostName.ascii(url: "http://u:p@bücher.example:81/ä?ö") == "http://u:p@xn--bcher-kva.example:81/ä?ö")
  }

  @Test(
    arguments: [
      ("ann@bücher.example", "ann@xn--bcher-kva.example"), ("jörg@bücher.example", "jörg@xn--bcher-kva.example"),
      ("a@b.example", "a@b.example"),
      ("a@ü\u{200E}x", nil), ("ann", nil),
    ] as [(String, String?)]) func mailAddresses(_ text: String, _ address: String?)
  { #expect(Mail.address(text) == address) }
}

@Suite struct HelloNameTests {
  @Test(
    arguments: [
      ("gw.example.com", "gw.example.com"), ("gw", "gw"), ("bücher.example", "xn--bcher-kva.example"), ("[192.0.2.1]", "[192.0.2.1]"),
      ("[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]"), ("", nil), ("a b", nil), ("a\r\nMAIL", nil), ("-a.example", nil), ("a..b", nil),
      ("a_b.example", nil),
      ("[2001:db8::1]", nil), ("[IPv6:192.0.2.1]", nil), ("[192.0.2.1", nil), ("[gw]", nil), (String(repeating: "a", count: 64), nil),
    ] as [(String, String?)]) func forms(_ text: String, _ form: String?)
  {
    #expect(HelloName.form(text) == form)
    #expect(Mail.isHello(text) == (form != nil))
  }

  @Test(
    arguments: [
      ("gw.example.com", "", "gw.example.com"), ("gw", "127.0.1.1 gw.example.com gw", "gw.example.com"),
      ("GW", "# gw.other.example gw\n10.0.0.7\tgw GW.example.com", "GW.example.com"), ("gw", "127.0.1.1 gw", nil),
      ("gw", "127.0.1.1 gw.localdomain gw", nil), ("gw.local", "127.0.0.1 localhost", nil), ("gw", "127.0.0.1 other.example.com", nil),
      ("4f7c2a", "172.17.0.2 4f7c2a", nil), ("", "127.0.0.1 .example.com", nil), ("10.0.0.7", "", nil),
    ] as [(String, String, String?)]) func fullNames(_ name: String, _ hosts: String, _ full: String?)
  {
    #expect(HelloName.fullName(name, hosts: hosts) == full)
  }

  /// Whatever this machine is called: what it says of itself has a dot or stands in brackets.
  @Test(arguments: ["127.0.0.1", "::1", "mail.example.com"]) func whatThisMachineSays(_ server: String) throws {
    let name = HelloName.own(towards: server)
    #expect(HelloName.form(name) == name && (name.contains(".") || name.hasPrefix("[")), "\(name)")
    #expect(try #require(NetworkAddress("127.0.0.1")).source == NetworkAddress("127.0.0.1"))
    #expect(HelloName.literal(of: try #require(NetworkAddress("2001:db8::1"))) == "[IPv6:2001:db8::1]")
  }
}

@Suite struct SMTPDialogueTests {
  /// Hears the lines, and says after which of them a sender was taken.
  private func hear(_ lines: [String], _ dialogue: inout SMTPDialogue) -> [Int] {
    lines.enumerated().filter { dialogue.hears($1 + "\r\n") }.map(\.offset)
  }

  @Test func anOfferIsHeardOncePerConnection() {
    var dialogue = SMTPDialogue()
    let taken = hear(["220 mx ESMTP", "250-mx", "250-SMTPUTF8", "250 SIZE", "250 2.1.0 Ok", "250 Ok", "354 go", "250 queued"], &dialogue)
    #expect(taken.first == 4 && dialogue.offersUnicode && dialogue.last.hasPrefix("250 queued"))
    dialogue.begin()
    #expect(hear(["250 2.1.0 Ok"], &dialogue) == [0] && dialogue.offersUnicode)
    _ = hear(["220 other", "250 other"], &dialogue)
    #expect(!dialogue.offersUnicode, "another connection, another offer")
  }

  @Test func whatIsOfferedBehindTLSCounts() {
    var dialogue = SMTPDialogue()
    let taken = hear(
      ["220 mx", "250-mx", "250 STARTTLS", "220 go", "250-mx", "250 smtputf8", "334 x", "235 ok", "250 Ok"], &dialogue)
    #expect(taken == [8] && dialogue.offersUnicode)
  }

  @Test func anOldServerIsAskedTwice() {
    var dialogue = SMTPDialogue()
    #expect(hear(["220 mx", "502 what", "250 mx", "250 Ok"], &dialogue) == [3])
    #expect(!dialogue.offersUnicode && dialogue.refusal == nil)
    #expect(hear(["421 bye"], &dialogue) == [] && dialogue.refusal?.hasPrefix("421") == true)
  }
}

extension Wire {
  @Suite(.timeLimit(.minutes(5))) struct NameTests {
    /// libcurl takes every name below localhost for this machine.
    @Test func aHostBeyondASCIIIsReached() async throws {
      let server = try LoopbackServer.start { _ in .ok }
      let port = try #require(Origin(server.url)).port
      try await Engine.with { engine in
        let answer = await engine.send(Request("GET", "http://bücher.localhost:\(port)/x"))
        #expect(answer.response?.status == 200, "\(answer)")
        #expect(server.requests.first?.header("Host") == "xn--bcher-kva.localhost:\(port)")
        let none = await engine.send(Request("GET", "http://ü\u{200E}x.example/"))
        #expect(none.fault?.kind == .misconfigured && none.sent == false)
      }
    }
  }
}
