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

  static let row: JSON.Object = [
    "name": text, "match": reference("match"), "to": reference("routes"), "alert": choice(Alert.allCases.map(\.word)), "title": text,
    "text": text, "fields": map(text), "links": map(text), "continue": reference("bool"), "hold_until": text,
    "fallback": reference("routes"),
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

  static let calendar: JSON.Object = ["days": many(text), "hours": text, "zone": text]

  static let upstream: JSON.Object = ["url": ["type": "string"], "secret": text, "ca": text, "take": map(reference("routes"))]

  static let test: JSON.Object = [
    "name": text, "event": object(event), "at": text, "expect": map(many(text)),
  ]

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
