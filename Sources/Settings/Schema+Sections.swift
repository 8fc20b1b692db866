import Bellhop
import Senders

/// The keys of the sections; a test holds them to those that the readers know.
extension Schema {
  static let server: JSON.Object = [
    "listen": text, "public_url": ["type": "string", "pattern": .string("^(https?://|\\$\\{)")],
    "proxies": many(text),
    "tls": object(["certificate": text, "key": text], required: ["certificate", "key"]),
    "limits": object([
      "body": reference("size"), "batch": int(1...100_000), "ndjson": reference("size"), "connections": int(1...100_000),
    ]),
    "log": choice(ServerSettings.LogSettings.allCases.map(\.rawValue)),
  ]

  static let store: JSON.Object = [
    "path": text, "keep": reference("duration"), "idempotency": reference("duration"), "max": reference("size"),
  ]

  /// A secret, or one with an end.
  static let secret: JSON = ["anyOf": [text, object(["token": text, "expires": text], required: ["token"])]]

  static let rights: JSON.Object = ["role": choice(ReaderRole.allCases.map(\.rawValue)), "only": many(text)]

  static let reader = JSON.Object([.init("secret", many(secret))] + rights.members)

  static let login: JSON.Object = [
    "from": many(text), "user": text, "roles": map(["anyOf": [choice(ReaderRole.allCases.map(\.rawValue)), object(rights)]]),
  ]

  /// Readers by their names, beside the proxy that logs others in.
  static let readers: JSON = [
    "type": "object", "properties": ["proxy": object(login, required: ["from", "user"])],
    "additionalProperties": object(reader, required: ["secret"]),
  ]

  static let sender: JSON.Object = [
    "secret": many(secret), "rate": reference("rate"), "redact": many(text), "host": many(text),
  ]

  static let policy: JSON.Object = [
    "rate": reference("rate"), "concurrency": int(TransportsSection.concurrency), "timeout": reference("duration"),
    "retry": object(["for": reference("duration"), "first": reference("duration"), "max": reference("duration")]),
    "repeat": reference("bool"), "stale": reference("duration"),
  ]

  static let row = JSON.Object(plainRow.members + noise.members)

  private static let plainRow: JSON.Object = [
    "name": text, "match": reference("match"), "to": reference("routes"), "alert": choice(Alert.allCases.map(\.word)), "title": text,
    "text": text, "fields": map(text), "links": map(text), "continue": reference("bool"), "hold_until": text,
    "fallback": reference("routes"),
  ]

  /// The noise rules of a row.
  static let noise: JSON.Object = [
    "by": many(text), "resolves": reference("match"), "keys": int(10...10_000_000),
    "muted_while": many(
      object(
        ["type": many(text), "match": reference("match"), "same": many(text), "for": reference("duration")], required: ["for"])),
    "settle": ["anyOf": [reference("duration"), object(["for": reference("duration"), "unless": reference("match")], required: ["for"])]],
    "dedupe": object(
      ["by": many(text), "within": reference("duration"), "unless": reference("match")], required: ["within"]),
    "flap": object(["half_life": reference("duration"), "start": int(2...1_000), "stop": int(1...1_000)]),
    "throttle": object(
      ["max": int(1...10_000), "per": reference("duration"), "by": many(text), "unless": reference("match")], required: ["max", "per"]),
    "digest": object([
      "every": reference("duration"), "at": text, "days": many(text), "zone": text, "by": many(text), "max": int(2...100_000),
      "empty": reference("bool"), "unless": reference("match"),
    ]),
    "until_ack": object(
      ["every": reference("duration"), "max": int(1...1_000), "then": reference("routes")], required: ["every", "max"]),
  ]

  static let match: JSON.Object = [
    "type": many(text), "source": many(text), "sender": many(text), "subject": many(text), "severity": many(text), "during": many(text),
    "outside": many(text), "not": many(reference("match")), "any": ["type": "array", "minItems": 1, "items": reference("match")],
  ]

  static let valueTest: JSON.Object = [
    "in": many(reference("value")), "glob": many(text), "regex": many(text), ">=": typed(["type": "number"]),
    ">": typed(["type": "number"]),
    "<=": typed(["type": "number"]), "<": typed(["type": "number"]), "exists": reference("bool"), "not": reference("test"),
  ]

  static let calendar: JSON.Object = ["days": many(text), "hours": many(text), "holidays": many(text), "zone": text]

  /// A type alone, or as in rows.
  private static let noticed: JSON = ["anyOf": [text, reference("match")]]

  static let watch: JSON.Object = [
    "name": text, "after": noticed, "expect": noticed, "within": reference("duration"), "every": reference("duration"), "cron": text,
    "zone": text, "grace": reference("duration"),
    "sequence": [
      "type": "array", "minItems": .int(Int64(WatchRuleReader.steps.lowerBound)), "maxItems": .int(Int64(WatchRuleReader.steps.upperBound)),
      "items": noticed,
    ],
    "count": [
      "type": "object", "properties": .object(counted), "patternProperties": ["^data\\..": reference("test")], "required": ["at_least"],
      "additionalProperties": false,
    ],
    "by": many(text), "emit": object(emission, required: ["type"]),
  ]

  private static let counted: JSON.Object = {
    var members = match
    members["at_least"] = int(WatchRuleReader.atLeast)
    return members
  }()

  static let emission: JSON.Object = [
    "type": text, "severity": choice(SeverityWords.words), "subject": text, "text": text, "data": map(text),
  ]

  static let upstream: JSON.Object = ["url": ["type": "string"], "secret": text, "ca": text, "take": map(reference("routes"))]

  static let test: JSON.Object = [
    "name": text, "after": ["type": "array", "items": object(testStep, required: ["event", "ago"])], "event": object(event), "at": text,
    "within": reference("duration"), "expect": map(many(text)),
  ]

  static let testStep: JSON.Object = ["event": object(event), "ago": reference("duration")]

  static let event: JSON.Object = [
    "id": text, "sender": text, "source": text, "type": text, "subject": text, "severity": choice(SeverityWords.words), "time": text,
    "text": text, "data": ["type": "object"],
  ]

  static let definitions: JSON.Object = [
    "environment": ["type": "string", "pattern": .string("\\$\\{")],
    "bool": ["anyOf": [["type": "boolean"], choice(["yes", "no"]), reference("environment")]],
    "duration": typed(["type": "string", "pattern": "^[0-9]+(ms|s|m|h|d)$"]),
    "rate": typed(["type": "string", "pattern": "^[0-9]+/[smhd]$"]),
    "size": typed(["anyOf": [["type": "integer"], ["type": "string", "pattern": "^[0-9]+([KMGT]iB)?$"]]]),
    "value": ["type": ["string", "number", "boolean", "null"]],
    // Its keys depend on the kind of the transport, which another section tells.
    "target": ["type": ["object", "null"]],
    "routes": many(["anyOf": [["type": "string"], ["type": "object", "additionalProperties": reference("target")]]]),
    "row": object(row, required: ["to"]),
    "match": [
      "type": "object", "properties": .object(match), "patternProperties": ["^data\\..": reference("test")], "additionalProperties": false,
    ],
    "test": ["anyOf": [many(reference("value")), object(valueTest)]],
  ]
}
