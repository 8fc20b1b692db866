import Bellhop
import Foundation
import Loopback
import Testing

/// Posts that are signed by their vendors' own libraries, and by the lines that `bellhop senders` prints.
@Suite(.serialized) struct SignedSendersJourneys {
  /// Each sender has a secret of its own, which is base64 too.
  private static func key(_ dialect: String) -> String { "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" + dialect.suffix(4).replacing("-", with: "") }

  /// A gateway, and the beginning of its addresses.
  private func gateway(_ senders: String) async throws -> (RunningGateway, String) {
    let folder = try Folder()
    try folder.write(
      """
      server: { listen: "127.0.0.1:0" }
      senders:
      \(senders)
      transports: { log: { use: stdout } }
      roles: { ops: [ { to: log } ] }
      """)
    let gateway = try await RunningGateway.start(folder)
    let port = try #require(gateway.log.firstMatch(of: /port="?(\d+)/)?.1)
    return (gateway, "http://127.0.0.1:\(port)")
  }

  private func kept(_ gateway: RunningGateway) async throws -> [String] {
    let page = try await gateway.ask("GET", "/v1/events?limit=100").json
    return (page["events"]?.array ?? []).map { "\($0["type"]?.string ?? "") \($0["id"]?.string ?? "")" }.sorted()
  }

  /// Reads lines `NAME AGE BODY`, signs them with the library of that name as if so many seconds ago, posts them and prints the answers.
  private static let script = #"""
    import sys, json, urllib.request, urllib.error
    from datetime import datetime, timedelta, timezone
    from stripe import Webhook as Stripe, WebhookSignature
    from standardwebhooks import Webhook

    base, stripe_key, key = sys.argv[1:]
    for line in sys.stdin:
        name, age, body = line.rstrip("\n").split(" ", 2)
        at = datetime.now(timezone.utc) - timedelta(seconds=int(age))
        headers = {"Content-Type": "application/json"}
        if name == "stripe":
            headers["Stripe-Signature"] = WebhookSignature.generate_signature_header(body, stripe_key, timestamp=int(at.timestamp()))
            if age == "0": Stripe.construct_event(body, headers["Stripe-Signature"], stripe_key)
        else:
            id = "msg_1"
            headers |= {name + "-id": id, name + "-timestamp": str(int(at.timestamp()))}
            headers[name + "-signature"] = "v1,AAAA " + Webhook(key).sign(id, at, body)
            if age == "0" and name == "webhook": Webhook(key).verify(body, headers)
            name = "standard"
        try:
            answer = urllib.request.urlopen(urllib.request.Request(base + "/hooks/" + name, body.encode(), headers))
        except urllib.error.HTTPError as error:
            answer = error
        print(name, answer.status, json.loads(answer.read()).get("accepted", ""))
    """#

  @Test func librariesOfTheVendors() async throws {
    let (gateway, base) = try await gateway(
      """
        stripe: { use: stripe, secret: [whsec_the_one_of_before, "whsec_\(Self.key("stripe"))"] }
        standard: { use: standardwebhooks, secret: "whsec_\(Self.key("standardwebhooks"))" }
      """)
    let event =
      #"{"id": "evt_1", "object": "event", "type": "charge.failed", "created": 1795521000, "data": {"object": {"amount": 500, "currency": "eur"}}, "livemode": true}"#
    let lines = [
      "stripe 0 \(event)", "stripe 0 \(event)", "stripe 290 \(event.replacing("evt_1", with: "evt_2"))", "stripe 310 \(event)",
      "stripe -4000 \(event)",
      #"webhook 0 {"type": "user.created", "timestamp": "2026-11-24T11:00:00Z", "data": {"name": "Zoë"}}"#,
      #"svix 0 {"type": "user.created"}"#,
      "webhook 310 {}", "webhook -310 {}",
    ]
    let ended = try await Binary.run(
      ["-c", Self.script, base, "whsec_" + Self.key("stripe"), "whsec_" + Self.key("standardwebhooks")],
      input: lines.joined(separator: "\n"),
      environment: ["PYTHONPATH": "\(Tool.unpacked)/python"],
      executable: "/usr/bin/python3")
    let expected = """
      stripe 202 [{'id': 'evt_1', 'duplicate': False}]
      stripe 202 [{'id': 'evt_1', 'duplicate': True}]
      stripe 202 [{'id': 'evt_2', 'duplicate': False}]
      stripe 401\u{20}
      stripe 202 [{'id': 'evt_1', 'duplicate': True}]
      standard 202 [{'id': 'msg_1', 'duplicate': False}]
      standard 202 [{'id': 'msg_1', 'duplicate': True}]
      standard 401\u{20}
      standard 401\u{20}

      """
    #expect(ended.out == expected, "\(ended.out)\(ended.err)\(gateway.log)")
    #expect(try await kept(gateway) == ["stripe.charge.failed evt_1", "stripe.charge.failed evt_2", "user.created msg_1"])
    #expect(await gateway.stop() == 0)
  }

  /// What `bellhop senders` prints to try an address with works as it stands, once the secret is filled in.
  @Test func linesToTry() async throws {
    let dialects = Self.dialects
    let (gateway, base) = try await gateway(
      dialects.map { "  of-\($0): { use: \($0), secret: \(Self.key($0)) }" }.joined(separator: "\n"))
    for dialect in dialects {
      let manual = try await Binary.run(["senders", "of-\(dialect)", "--config", gateway.folder.config]).out
      let line = try #require(manual.firstMatch(of: /try it   curl (.*)/)?.1)
      let command =
        "curl -s -w ' %{http_code}' " + line.replacing("SECRET", with: Self.key(dialect)).replacing("http://127.0.0.1:0", with: base)
      let answer = try await Binary.run(["-c", command], executable: "/bin/sh")
      #expect(answer.out.contains(" 20"), "\(command)\n\(answer)")
    }
    #expect(try await kept(gateway).count == dialects.count, "\(gateway.log)")
    #expect(await gateway.stop() == 0)
  }

  private static let dialects = [
    "stripe", "github", "gitlab", "gitea", "standardwebhooks", "shopify", "paddle", "sentry", "sentry-plugin", "hmac",
  ]

  /// Wrong, forged and compressed posts leave nothing behind.
  @Test func nothingOfARefusedPostIsKept() async throws {
    let (gateway, base) = try await gateway(
      Self.dialects.map { "  of-\($0): { use: \($0), secret: \(Self.key($0)) }" }.joined(separator: "\n"))
    for dialect in Self.dialects {
      let address = "\(base)/hooks/of-\(dialect)"
      let none = try await Binary.run(["-s", "-w", " %{http_code}", "-d", "{}", address], executable: "/usr/bin/curl")
      #expect(none.out.hasSuffix(" 401"), "\(dialect): \(none.out)")
      let headers = [
        "Stripe-Signature: t=1,v1=00", "X-Hub-Signature-256: sha256=00", "webhook-id: 1", "webhook-timestamp: 1",
        "webhook-signature: v1,AA==",
        "X-Signature: 00", "X-Gitea-Signature: 00", "X-Shopify-Hmac-Sha256: AA==", "Paddle-Signature: ts=1;h1=00",
        "Sentry-Hook-Signature: 00",
      ].flatMap { ["-H", $0] }
      let forged = try await Binary.run(["-s", "-w", " %{http_code}", "-d", "{}", address] + headers, executable: "/usr/bin/curl")
      #expect(forged.out.hasSuffix(" 401"), "\(dialect): \(forged.out)")
      let bomb =
        [
          "-s", "-w", " %{http_code}", "-H", "Content-Encoding: gzip", "-d", "x",
          dialect == "sentry-plugin" ? "\(address)/\(Self.key(dialect))" : address,
        ]
        + headers
      let packed = try await Binary.run(bomb, executable: "/usr/bin/curl")
      #expect(packed.out.hasSuffix(" 415"), "\(dialect): \(packed.out)")
    }
    #expect(try await kept(gateway).isEmpty)
    #expect(await gateway.stop() == 0)
  }
}
