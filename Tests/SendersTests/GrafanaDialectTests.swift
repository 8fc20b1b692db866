import Bellhop
import Crypto
import Testing

@testable import Senders

@Suite struct GrafanaDialectTests {
  static let firing = AlertmanagerDialectTests.group(
    [
      AlertmanagerDialectTests.alert(
        more: #"""
          ,"values":{"B":97.5,"C":1},"valueString":"[ var='B' value=97.5 ]","silenceURL":"https://grafana.example.com/alerting/silence/new",
          "dashboardURL":"https://grafana.example.com/d/a","panelURL":"https://grafana.example.com/d/a?viewPanel=2","ruleUID":"u1",
          "embeddedImage":"aGVsbG8=","imageURL":""
          """#)
    ], #","orgId":1,"state":"alerting","title":"[FIRING:1]","message":"**Firing**""#
  ).replacing(#""version":"4""#, with: #""version":"1""#)

  @Test func anAlertBecomesAnEvent() throws {
    let event = try Knocker("grafana").event(Self.firing)
    #expect(event.type == "grafana.firing" && event.severity == .critical)
    #expect(event.text.contains("\nB = 97.5, C = 1\n") && event.text.contains("Panel (https://grafana.example.com/d/a?viewPanel=2)"))
    #expect(event.value(at: "data.values.B") == 97.5 && event.value(at: "data.ruleUID") == "u1" && event.value(at: "data.orgId") == 1)
    #expect(event.data["embeddedImage"] == nil && event.data["imageURL"] == nil)
  }

  /// What was measured is not believed of an alert that is over, and one whose series is gone has not recovered.
  @Test func whatIsOverHasNotAlwaysRecovered() throws {
    let over = Self.firing.replacing(#"{"status":"firing""#, with: #"{"status":"resolved""#)
    let event = try Knocker("grafana").event(over)
    #expect(event.type == "grafana.resolved" && event.text.hasPrefix("Resolved: The disk") && !event.text.contains("97.5"))
    #expect(event.data["values"] == nil && event.data["valueString"] == nil)
    let gone = try Knocker("grafana").event(
      over.replacing(#""annotations":{"#, with: #""annotations":{"grafana_state_reason":"MissingSeries","#))
    #expect(gone.type == "grafana.resolved" && gone.text.hasPrefix("No longer firing (MissingSeries): The disk"))
    #expect(gone.value(at: "data.annotations.grafana_state_reason") == "MissingSeries")
  }

  // MARK: HMAC

  static func signature(_ key: String, _ text: String) -> String {
    HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: Array(key.utf8))).map {
      String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
    }.joined()
  }

  /// The example of the documentation of HMAC itself: https://www.rfc-editor.org/rfc/rfc4231#section-4.3
  @Test func theSignatureIsThatOfTheRFC() throws {
    var sender = try Knocker("grafana").sender
    sender = Sender(name: "shop", dialect: sender.dialect, secrets: [Secret("Jefe")], values: sender.values)
    let head = PostHead(headers: [
      .init("x-grafana-alerting-signature", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    ])
    #expect(sender.proof(of: head, at: Timestamp(seconds: 0)) == .open)
    guard case .failure(let refusal) = sender.receive(Array("what do ya want for nothing?".utf8), head, at: noon) else {
      Issue.record("that is no JSON")
      return
    }
    #expect(refusal.status == 400, "it is proved, and then cannot be read")
  }

  @Test func signedBodies() throws {
    let knocker = try Knocker("grafana")
    func knock(_ header: String, _ signature: String, _ body: String = Self.firing, twice: Bool = false) -> String {
      let pair = PostHead.Pair(header, signature)
      return knocker.knock(Array(body.utf8), PostHead(headers: twice ? [pair, pair] : [pair]))
    }
    let right = Self.signature("s3cret-of-shop", Self.firing)
    for header in ["x-grafana-alerting-signature", "x-grafana-alert-signature"] { #expect(knock(header, right) == "1 kept", "\(header)") }
    let header = "x-grafana-alerting-signature"
    #expect(knock(header, right.uppercased()) == "1 kept" && knock(header, Self.signature("s3cret-of-before", Self.firing)) == "1 kept")
    #expect(knock(header, Self.signature("s3cret", Self.firing)) == "401" && knock(header, right, Self.firing + " ") == "401")
    for wrong in ["", String(right.dropLast(2)), right + "00", "zz" + right.dropFirst(2), "sha256=" + right] {
      #expect(knock(header, wrong) == "401", "\(wrong)")
    }
    #expect(knock(header, right, twice: true) == "401")
  }

  @Test func signedTimes() throws {
    let knocker = try Knocker("grafana", ["signature_header": .string("X-Sig"), "timestamp_header": .string("X-Time")])
    func knock(_ offset: Int64, _ time: String? = nil, signed: String? = nil) -> String {
      let seconds = time ?? String(noon.seconds + offset)
      let signature = Self.signature("s3cret-of-shop", "\(signed ?? seconds):\(Self.firing)")
      return knocker.knock(Array(Self.firing.utf8), PostHead(headers: [.init("x-sig", signature), .init("x-time", seconds)]))
    }
    #expect(knock(0) == "1 kept" && knock(-300) == "1 kept" && knock(300) == "1 kept")
    #expect(knock(-301) == "401" && knock(301) == "401" && knock(0, "soon") == "401" && knock(0, signed: "1") == "401")
    for extreme in [Int64.min, Int64.max] { #expect(knock(0, String(extreme)) == "401") }
    let plain = Self.signature("s3cret-of-shop", Self.firing)
    #expect(knocker.knock(Array(Self.firing.utf8), PostHead(headers: [.init("x-sig", plain)])) == "401", "the time is missing")
    #expect(knocker.knock(Array(Self.firing.utf8), PostHead(headers: [.init("x-grafana-alerting-signature", plain)])) == "401")
  }
}
