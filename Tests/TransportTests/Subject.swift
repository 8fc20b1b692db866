import Bell
import Bellhop
import Curl
import Email
import Exec
import Loopback
import MQTT
import Remote
import Slack
import Stdout
import Testing
import Webhook

/// A kind of transport under the contract, with settings for a server that the test starts.
struct Subject: Sendable, CustomTestStringConvertible {
  var name: String
  /// The folder in `Plugins/`.
  var folder: String
  var kind: @Sendable (Engine) -> Kind
  /// Everything secret in them holds ``needle``.
  var settings: @Sendable (_ url: String) -> Values
  var target = Target()
  /// What its vendor says when all is well; nil where it does not talk HTTP.
  var accepts: Behaviour?
  /// A 200 with an error in it, and what that means; nil where a 200 is a 200.
  var error: (body: String, kind: Fault.Kind)?
  /// What a 200 without sense means.
  var nonsense = "delivered"
  /// False where nobody listens in these tests.
  var isReachable = true
  /// What becomes of a message then.
  var unreachable = "postponed"

  var testDescription: String { name }

  /// A part of every secret in the settings.
  static let needle = "n33dle"

  static func secret(_ text: String) -> Value { .secret(Secret(text)) }

  /// The settings as the decoder would hand them over: defaults filled in.
  func values(_ url: String, _ engine: Engine) -> Values {
    var values = settings(url)
    for field in kind(engine).settings where values.entries[field.name] == nil { values.entries[field.name] = field.value }
    return values
  }

  func transport(_ url: String, _ engine: Engine) -> any Transport { kind(engine).make(values(url, engine)) }

  static let own = [stdout, stdoutJSON, webhook, webhookTemplate, slackToken, slackURL, slackURLs, exec, email, mqtt, bell, remote]
  static let all = own + pages
  static let http = all.filter { $0.accepts != nil }

  static let stdout = Subject(name: "stdout", folder: "Stdout", kind: { _ in StdoutKind.kind(nowhere) }, settings: { _ in Values() })
  static let stdoutJSON = Subject(
    name: "stdout-json", folder: "Stdout", kind: { _ in StdoutKind.kind(nowhere) }, settings: { _ in Values(["format": .string("json")]) })

  static let webhook = Subject(
    name: "webhook", folder: "Webhook", kind: WebhookKind.kind,
    settings: { url in
      Values([
        "url": secret("\(url)/in?key=\(needle)"), "secret": secret("whsec_\(needle)33"),
        "headers": .map([.init("Authorization", secret("Bearer \(needle)"))]),
      ])
    }, target: Target(["path": "orders/a b"]), accepts: .answer(204))

  static let webhookTemplate = Subject(
    name: "webhook-template", folder: "Webhook", kind: WebhookKind.kind,
    settings: { url in
      Values([
        "url": secret("\(url)/\(needle)"), "method": .string("PUT"), "secret": secret("raw \(needle)"),
        "body": .string(#"{"alert": "{{alert}}", "note": "{{title}}: {{text}}", "fields": {{fields}}}"#),
      ])
    }, accepts: .answer(200, body: "thanks"))

  static let slackToken = Subject(
    name: "slack-token", folder: "Slack", kind: SlackKind.kind,
    settings: { url in
      Values([
        "token": secret("xoxb-\(needle)"), "api": .string("\(url)/api/"), "username": .string("MyApp"), "icon": .string(":bellhop_bell:"),
      ])
    }, target: Target(["channel": "#money"]), accepts: .answer(200, body: #"{"ok":true,"channel":"C1","ts":"1503435956.000247"}"#),
    error: (#"{"ok":false,"error":"invalid_auth"}"#, .unauthorized), nonsense: "unclear")

  static let slackURL = Subject(
    name: "slack-url", folder: "Slack", kind: SlackKind.kind, settings: { Values(["url": secret("\($0)/services/T1/B1/\(needle)")]) },
    accepts: .answer(200, body: "ok"), error: ("no_service", .unauthorized), nonsense: "unclear")

  static let slackURLs = Subject(
    name: "slack-urls", folder: "Slack", kind: SlackKind.kind,
    settings: { url in
      Values([
        "urls": .map([
          .init("#a", secret("\(url)/services/a/\(needle)")), .init("#b", secret("\(url)/services/b/\(needle)")),
        ]), "mention": .list([.string("here")]),
      ])
    }, target: Target(["channel": "#b"]), accepts: .answer(200, body: "ok\n"), error: ("invalid_payload", .rejected), nonsense: "unclear")

  /// Its server speaks SMTP: Tests/EmailTests holds it to the rest of the contract. Here there is none, so that nothing is delivered.
  static let email = Subject(
    name: "email", folder: "Email", kind: EmailKind.kind,
    settings: { _ in
      Values([
        "server": .string("smtp://127.0.0.1:1"), "from": .string("Bellhop <bellhop@example.com>"), "user": .string("gw"),
        "password": secret(needle),
      ])
    }, target: Target(["to": ["oncall@example.com"]]), isReachable: false)

  /// Its broker speaks MQTT: MQTTTests holds it to the rest of the contract. Here there is none, so that nothing is delivered.
  static let mqtt = Subject(
    name: "mqtt", folder: "MQTT", kind: MQTTKind.kind,
    settings: { _ in Values(["url": .string("mqtt://127.0.0.1:1"), "user": .string("gw"), "password": secret(needle)]) },
    target: Target(["topic": "ops/alerts"]), isReachable: false)

  /// Without a chip: Tests/BellTests and the test of the kernel hold it to the rest.
  static let bell = Subject(
    name: "bell", folder: "Bell", kind: { _ in BellKind.kind(root: "/nowhere") }, settings: { _ in Values(["line": .int(17)]) },
    isReachable: false, unreachable: "refused")

  /// Nobody calls in here: Tests/RemoteTests and the journeys of two gateways hold it to the rest.
  static let remote = Subject(
    name: "remote", folder: "Remote", kind: { _ in RemoteKind.kind() },
    settings: { _ in Values(["secret": secret("\(needle)-0123456789")]) }, isReachable: false)

  static let exec = Subject(
    name: "exec", folder: "Exec", kind: { _ in ExecKind.kind() },
    settings: { _ in
      Values(["command": .list(["/bin/sh", "-c", "cat; exit ${CODE:-0}"].map(Value.string)), "env": .map([.init("KEY", secret(needle))])])
    })

  private static let nowhere = Sink(fileDescriptor: Pipe.devNull)
}
