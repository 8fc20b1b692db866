import Bellhop
import Foundation
import Loopback
import Testing

/// Mails to a real Postfix, into real mailboxes.
@Suite(.serialized) struct EmailJourneys {
  private static func yaml(_ postfix: Postfix, to: String = "[ann@example.com]", ca: Bool = true) -> String {
    """
    server: { listen: "127.0.0.1:0", public_url: "https://bellhop.example.com" }
    transports:
      mail:
        use: email
        server: "\(postfix.address)"
        from: "Bellhop of ops <bellhop@example.org>"
        retry: { first: 100ms, max: 500ms }
        \(ca ? "ca: \(postfix.ca)" : "")
    channels: { oncall: { mail: { to: \(to) } } }
    roles:
      devops:
        - { name: disks, match: { type: "disk.*" }, to: oncall, alert: loud, title: "Störung: {{subject}}", text: "**{{subject}}** is full & hot <{{data.mount}}>", fields: { Mount: "{{data.mount}}" } }
    """
  }

  private func post(_ gateway: RunningGateway, _ ids: Range<Int>) async {
    #expect(
      await gateway.post(
        ids.map {
          ["type": "disk.full", "id": .string("e\($0)"), "subject": .string("web-\($0)"), "severity": "error", "data": ["mount": "/var"]]
        }))
  }

  /// Each recipient is a delivery of its own: the server refuses one for good and one for now, and the others have their mail.
  @Test func eachRecipientHasAFateOfTheirOwn() async throws {
    let postfix = try await Postfix(
      mailboxes: ["ann", "bob", "grey"], restrictions: "check_recipient_access inline:{ {grey@example.com = 450 4.2.0 Greylisted} }, ")
    try await postfix.start()
    let folder = try Folder()
    try folder.write(Self.yaml(postfix, to: "[ann@example.com, gone@example.com, grey@example.com, out@example.net, bob@example.com]"))
    let gateway = try await RunningGateway.start(folder)
    await post(gateway, 1..<2)
    let settled = try await eventually { try await (gateway.deliveries("delivered").count, gateway.deliveries("dead").count) == (2, 2) }
    #expect(settled, "\(postfix.log)\(gateway.log)")
    #expect(await eventually { postfix.count("ann") == 1 && postfix.count("bob") == 1 }, "\(postfix.log)")

    for (mailbox, address) in [("ann", "ann@example.com"), ("bob", "bob@example.com")] {
      let mail = try #require(try await postfix.mails(mailbox).first)
      let headers = mail["headers"]
      #expect(headers?["subject"]?.string == "Störung: web-1" && headers?["to"]?.string == address, "\(mail)")
      #expect(
        headers?["from"]?.string == "Bellhop of ops <bellhop@example.org>" && headers?["return-path"]?.string == "<bellhop@example.org>")
      #expect(headers?["x-bellhop-severity"]?.string == "error" && headers?["x-bellhop-type"]?.string == "disk.full")
      #expect(headers?["auto-submitted"]?.string == "auto-generated" && headers?["importance"]?.string == "high")
      #expect(headers?["list-id"]?.string?.contains("<disks.devops.bellhop.example.org>") == true, "\(mail)")
      #expect(headers?["received"]?.string?.contains("with ESMTPS") == true, "it came encrypted: \(mail)")
      #expect(mail["defects"]?.array?.isEmpty == true)
      #expect(mail["plain"]?.string?.contains("web-1 is full & hot </var>") == true, "\(mail)")
      #expect(
        mail["html"]?.string?.contains("<b>web-1</b> is full &amp; hot &lt;/var&gt;") == true
          || mail["html"]?.string?.contains("<strong>web-1</strong>") == true, "\(mail)")
    }

    // Whom the server does not know is dead, in its words; whom it puts off is waiting.
    let list = try await Binary.run(["dead", "list", "--config", folder.config])
    #expect(
      list.status == 0 && list.out.contains("oncall") && list.out.contains("gone@example.com") && !list.out.contains("bob@"), "\(list)")
    let dead = try await gateway.deliveries("dead")
    let notes = dead.compactMap { $0["note"]?.string }.sorted()
    #expect(
      notes.first?.contains("said 550 5.1.1 <gone@example.com>") == true
        && notes.last?.contains("said 554 5.7.1 <out@example.net>") == true, "\(notes)")
    #expect(Set(dead.compactMap { $0["fault"]?.string }) == ["unknown_target", "rejected"], "\(dead)")
    let waiting = try #require(try await gateway.deliveries("waiting").first)
    #expect(waiting["target"]?["to"]?.array?.first?.string == "grey@example.com", "\(waiting.text)")
    #expect(
      try await eventually {
        try await gateway.deliveries("waiting").first?["attempts"]?.array?.last?["line"]?.string?.contains("450 4.2.0") == true
      })
    #expect(await gateway.stop() == 0)
  }

  /// A server that is away, or that nobody vouches for, has its mail when that is mended: once each, in order.
  @Test func whatWaitedArrivesOnce() async throws {
    let postfix = try await Postfix(mailboxes: ["ann"], tls: "encrypt")
    let folder = try Folder()
    try folder.write(Self.yaml(postfix, ca: false))
    let gateway = try await RunningGateway.start(folder)
    await post(gateway, 0..<8)
    func lastLine() async throws -> String {
      try await gateway.deliveries("waiting").last?["attempts"]?.array?.last?["line"]?.string ?? ""
    }
    #expect(try await eventually { try await lastLine().contains("connection refused") })
    try await postfix.start()
    #expect(try await eventually { try await lastLine().contains("certificate") })
    #expect(postfix.count("ann") == 0)
    try folder.write(Self.yaml(postfix))
    #expect(try await Binary.run(["reload", "--config", folder.config]).status == 0)
    #expect(try await eventually { try await gateway.deliveries("delivered").count == 8 }, "\(postfix.log)")
    // It goes away with a connection that is kept, and comes back.
    postfix.end()
    await post(gateway, 8..<12)
    #expect(try await eventually { try await !lastLine().isEmpty })
    try await postfix.start()
    #expect(try await eventually { try await gateway.deliveries("delivered").count == 12 }, "\(postfix.log)\(gateway.log)")
    #expect(await eventually { postfix.count("ann") == 12 }, "\(postfix.log)")
    let mails = try await postfix.mails("ann")
    let subjects = mails.compactMap { $0["headers"]?["subject"]?.string }.sorted()
    #expect(subjects == (0..<12).map { "Störung: web-\($0)" }.sorted(), "\(subjects)")
    #expect(Set(mails.compactMap { $0["headers"]?["message-id"]?.string }).count == 12)
    #expect(await gateway.stop() == 0)
  }

  /// More than the server takes is said at once, before the mail is sent.
  @Test func aMailThatIsTooLargeIsDead() async throws {
    let postfix = try await Postfix(mailboxes: ["ann"])
    try await postfix.start()
    let folder = try Folder()
    try folder.write(Self.yaml(postfix).replacing("is full & hot", with: "{{data.long}}"))
    let gateway = try await RunningGateway.start(folder)
    #expect(await gateway.post([["type": "disk.full", "id": "long", "data": ["long": .string(String(repeating: "word ", count: 9_000))]]]))
    #expect(try await eventually { try await gateway.deliveries("dead").count == 1 }, "\(postfix.log)")
    let dead = try #require(try await gateway.deliveries("dead").first)
    #expect(dead["fault"]?.string == "oversized" && dead["note"]?.string?.contains("552 5.3.4") == true, "\(dead.text)")
    await post(gateway, 1..<2)
    #expect(await eventually { postfix.count("ann") == 1 }, "the next one is none the worse for it: \(postfix.log)")
    #expect(await gateway.stop() == 0)
  }
}
