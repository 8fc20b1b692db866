import Bellhop
import Curl
import Foundation
import Testing

@testable import Email

@Suite(.serialized) struct SendingTests {
  private static let line =
    "@everyone <!channel> *bold* \"quoted\" 'it' <script>alert(1)</script> & &amp; 🎉👩‍👩‍👧 \u{1b}[31mred\u{7} \u{202e}txet https://evil.example/?a=1&b=2|3.\r\n"
    + "Bcc: victim@example.com\r\n.\r\nMAIL FROM:<x@y>\r\n..\n"
  private static let hostile = String(String(repeating: line, count: 10_000 / line.count + 1).prefix(10_000))

  private func message(
    _ text: String = "Disk full", id: String = "e1-42", title: String? = nil, alert: Alert = .loud, row: String? = "disks"
  )
    -> Message
  {
    let event = Event(
      id: "ev-1", sender: "shop", source: "shop", type: "disk.full", subject: "web-1", severity: .error,
      time: Timestamp(seconds: 1_760_000_000),
      text: text)
    return Message(
      id: id, event: event, role: "devops", row: row, title: title.map { Text(literal: $0) },
      fields: [.init(name: "Mount\r\nX: y", value: Text([.code("/var")]))],
      links: [.init(label: "Logs", url: "https://logs.example.com/?a=1&b=2")],
      alert: alert, page: "https://bellhop.example.com/events/42")
  }

  private func send(
    _ message: Message? = nil, to: String = "ann@example.com", server: String, timeout: Duration = .seconds(20), engine: Engine,
    settings: [String: Value] = ["plaintext": .bool(true)]
  ) async -> Outcome {
    var values = Values(["server": .string(server), "from": .string("Bellhop <bellhop@example.com>")])
    values.entries.merge(settings) { $1 }
    let attempt = Attempt(number: 1, at: Timestamp(seconds: 1_760_000_000), timeout: timeout)
    return await EmailKind.kind(engine).make(values).send(message ?? self.message(), to: Target(["to": [.string(to)]]), attempt)
  }

  private func withEngine(_ body: (Engine) async throws -> Void) async throws {
    let engine = Engine()
    do { try await body(engine) } catch {
      await engine.close()
      throw error
    }
    await engine.close()
  }

  @Test func aMailArrivesWhole() async throws {
    let server = try await MailServer()
    try await withEngine { engine in
      let outcome = await send(message(title: "Störung auf web-1 🔥"), server: server.address(), engine: engine)
      #expect("\(outcome)".contains("queued as 4711") && outcome.word == "delivered", "\(outcome)")
      let mail = try #require(server.mails.first)
      #expect(mail["from"] == "bellhop@example.com" && mail["to"] == ["ann@example.com"])
      #expect(mail["type"] == "multipart/alternative" && mail["defects"] == [] && mail["bare"] == 0)
      #expect(mail.headers("Subject") == ["Störung auf web-1 🔥"] && mail.headers("From") == ["Bellhop <bellhop@example.com>"])
      #expect(mail.headers("Date") == ["Thu, 09 Oct 2025 08:53:20 +0000"])
      #expect(mail.headers("Message-ID") == ["<e1-42@example.com>"] && mail.headers("References").count == 1)
      #expect(
        mail.headers("Auto-Submitted") == ["auto-generated"]
          && mail.headers("List-Id") == ["devops: disks <disks.devops.bellhop.example.com>"])
      #expect(mail.headers("Importance") == ["high"] && mail.headers("X-Priority") == ["1"])
      let plain = mail["plain"]?.string ?? ""
      let html = mail["html"]?.string ?? ""
      #expect(plain.contains("Disk full") && plain.contains("/var") && plain.contains("https://bellhop.example.com/events/42"))
      #expect(html.contains("Disk full") && html.contains("<code>/var</code>") && html.contains("?a=1&amp;b=2"))
    }
  }

  /// Ten thousand characters of what outside text may hold arrive as text, and add no header, recipient or mail.
  @Test(arguments: [hostile, line, "", "From here\n.\n", String(repeating: "x", count: 5_000), "a\u{2028}b\u{85}c\r\rd\0e"])
  func hostileTextStaysText(_ text: String) async throws {
    let server = try await MailServer()
    try await withEngine { engine in
      let title = "Subject\r\nBcc: victim@example.com\r\n\r\n\(text.prefix(300))"
      let outcome = await send(
        message(text, id: "a\r\nX-Evil: 1", title: title, alert: .quiet, row: "r\r\nX-Evil: 2"), server: server.address(), engine: engine)
      #expect(outcome.word == "delivered", "\(outcome)")
      let mail = try #require(server.mails.first)
      #expect(server.mails.count == 1 && mail["to"] == ["ann@example.com"] && mail["defects"] == [])
      #expect(mail.headers("Bcc").isEmpty && mail.headers("X-Evil").isEmpty && mail["bare"] == 0)
      #expect((mail["longest"]?.int ?? 0) <= 998, "the longest line")
      let plain = (mail["plain"]?.string ?? "").replacing("\r\n", with: "\n")
      #expect(!plain.contains("\u{1b}") && !plain.contains("\0"))
      if text == Self.hostile { #expect(plain.contains("\n.\nMAIL FROM:<x@y>\n..\n")) }
      #expect(mail["html"]?.string?.contains("<script>") == false)
      #expect(mail.headers("Importance") == ["low"])
    }
  }

  @Test(arguments: [
    ("gone", "refused", Fault.Kind.unknownTarget), ("grey", "postponed", .unavailable), ("huge", "refused", .oversized),
    ("full", "postponed", .unavailable), ("closing", "postponed", .unavailable),
  ]) func whatTheServerSaysDecides(_ name: String, _ word: String, _ kind: Fault.Kind) async throws {
    let server = try await MailServer()
    try await withEngine { engine in
      let outcome = await send(to: "\(name)@example.com", server: server.address(), engine: engine)
      #expect(outcome.word == word && outcome.fault?.kind == kind, "\(outcome)")
      #expect(outcome.fault?.line.contains("localhost:\(server.port) said ") == true, "\(outcome)")
      // The next one is none the worse for it.
      #expect(await send(server: server.address(), engine: engine).word == "delivered")
    }
  }

  @Test func aMailWithoutAnAnswerIsUnclear() async throws {
    let server = try await MailServer()
    try await withEngine { engine in
      let hanging = await send(to: "hanging@example.com", server: server.address(), timeout: .milliseconds(700), engine: engine)
      #expect(hanging.word == "unclear" && hanging.fault?.kind == .timeout, "\(hanging)")
      let cut = await send(to: "cut@example.com", server: server.address(), engine: engine)
      #expect(cut.word == "unclear", "\(cut)")
      let early = await send(to: "dropped@example.com", server: server.address(), engine: engine)
      #expect(early.word == "postponed", "before the mail was sent: \(early)")
    }
  }

  @Test func nobodyThereIsUnreachable() async throws {
    try await withEngine { engine in
      let outcome = await send(server: "smtp://127.0.0.1:1", engine: engine)
      #expect(outcome.word == "postponed" && outcome.fault?.kind == .unreachable, "\(outcome)")
    }
  }

  @Test func connectionsAreUsedAgain() async throws {
    let server = try await MailServer()
    try await withEngine { engine in
      for number in 0..<5 {
        #expect(await send(message(id: "m-\(number)"), server: server.address(), engine: engine).word == "delivered")
      }
      #expect(Set(server.mails.compactMap { $0["connection"]?.int }).count == 1)
      #expect(Set(server.mails.flatMap { $0.headers("References") }).count == 1, "one thread")
    }
  }

  @Test func encryptionIsRequiredUnlessSaid() async throws {
    let server = try await MailServer()
    try await withEngine { engine in
      let outcome = await send(server: server.address(), engine: engine, settings: [:])
      #expect(outcome.fault?.kind == .tls && outcome.word == "postponed" && server.mails.isEmpty, "\(outcome)")
    }
  }

  @Test(arguments: [("starttls", "smtp"), ("implicit", "smtps")]) func loginOverTLS(_ tls: String, _ scheme: String) async throws {
    let server = try await MailServer("--tls", tls, "--login")
    try await withEngine { engine in
      func outcome(_ settings: [String: Value], ca: Bool = true) async -> Outcome {
        var settings = settings
        if ca { settings["ca"] = .string(server.ca) }
        return await send(server: server.address(scheme), engine: engine, settings: settings)
      }
      let user: [String: Value] = ["user": .string("gw")]
      let good = user.merging(["password": .secret(Secret("n33dle-password"))]) { $1 }
      #expect(await outcome(good).word == "delivered")
      let mail = try #require(server.mails.first)
      #expect(mail["tls"] == true && mail["user"] == "gw")
      #expect(await outcome(user.merging(["oauth": .secret(Secret("n33dle-token"))]) { $1 }).word == "delivered")
      #expect(server.mails.last?["user"] == "gw by token")

      let stranger = await outcome(good, ca: false)
      #expect(stranger.word == "postponed" && stranger.fault?.kind == .tls, "\(stranger)")
      let wrong = await outcome(user.merging(["password": .secret(Secret("n33dle-wrong"))]) { $1 })
      #expect(wrong.word == "refused" && wrong.fault?.kind == .unauthorized, "\(wrong)")
      #expect(wrong.fault?.line.contains("check user and password") == true && !"\(wrong) \(stranger)".contains("n33dle"))
      let nobody = await outcome([:])
      #expect(nobody.word == "refused" && nobody.fault?.kind == .unauthorized, "\(nobody)")
    }
  }

  @Test func addressesBeyondASCII() async throws {
    let server = try await MailServer()
    let old = try await MailServer("--ascii")
    try await withEngine { engine in
      #expect(await send(to: "jörg@example.com", server: server.address(), engine: engine).word == "delivered")
      #expect(server.mails.first?["to"] == ["jörg@example.com"] && server.mails.first?["utf8"] == true)
      let outcome = await send(to: "jörg@example.com", server: old.address(), engine: engine)
      #expect(outcome.word == "refused" && outcome.fault?.kind == .unknownTarget && old.mails.isEmpty, "\(outcome)")
      #expect(outcome.fault?.line.contains("offers no SMTPUTF8") == true)
      // The domain alone asks for nothing that every server would not know.
      #expect(await send(to: "ann@bücher.example", server: old.address(), engine: engine).word == "delivered")
      #expect(old.mails.first?["to"] == ["ann@xn--bcher-kva.example"] && old.mails.first?["utf8"] == false)
      #expect(old.mails.first?.headers("To") == ["ann@xn--bcher-kva.example"])
    }
  }

  @Test func cancellationIsPrompt() async throws {
    let server = try await MailServer()
    try await withEngine { engine in
      let start = ContinuousClock.now
      let task = Task { await send(to: "hanging@example.com", server: server.address(), timeout: .seconds(60), engine: engine) }
      try await Task.sleep(for: .milliseconds(300))
      task.cancel()
      #expect(await task.value.fault?.kind == .interrupted)
      #expect(ContinuousClock.now - start < .seconds(20))
    }
  }
}
