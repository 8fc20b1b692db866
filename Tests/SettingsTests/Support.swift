import Bellhop
import Settings

/// Kinds with the shapes of real ones; nothing here sends.
enum Lookalikes {
  struct Nowhere: Transport {
    func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome { .refused(Fault(.internal, "a lookalike")) }
  }

  static let kinds = [stdout, webhook, chat, mail]

  static let stdout = Kind(
    name: "stdout", doc: "Prints.",
    settings: [Field("format", .choice(["lines", "json"]), value: .string("lines"), doc: "How.", example: "json")], target: [],
    make: { _ in Nowhere() })

  static let webhook = Kind(
    name: "webhook", doc: "Posts.",
    settings: [
      Field("url", .secretURL, required: true, doc: "Where.", example: "https://crm.example.com/in"),
      Field("method", .choice(["POST", "PUT"]), value: .string("POST"), doc: "How.", example: "PUT"),
      Field("headers", .map(.secret), doc: "More.", example: "{ X-Key: \"${KEY}\" }"),
      Field("body", .template, doc: "What.", example: "'{ \"note\": \"{{text}}\" }'"),
      Field("http2", .bool, value: .bool(false), doc: "New.", example: "true"),
    ],
    target: [Field("path", .string, doc: "Deeper.", example: "orders", templated: true)],
    defaults: .init(rate: nil, concurrency: 4), make: { _ in Nowhere() })

  static let chat = Kind(
    name: "slack", doc: "Chats.",
    settings: [
      Field("token", .secret, doc: "Who.", example: "\"${SLACK_TOKEN}\""),
      Field("url", .secretURL, doc: "Where.", example: "\"${SLACK_URL}\""),
      Field("api", .url, doc: "Elsewhere.", example: "https://slack-gov.com/api"),
      Field("icon", .string, doc: "Face.", example: "\":bell:\""),
    ],
    target: [
      Field("channel", .string, required: true, doc: "Where.", example: "\"#money\"", templated: true),
      Field("thread_by", .path, doc: "Together.", example: "data.order.id"),
    ],
    updates: .byAnchor,
    defaults: .init(rate: Rate(1, per: .seconds(1)), stale: .seconds(86_400)),
    check: { values in
      values.has("token") != values.has("url")
        ? values.has("url") && values.has("icon")
          ? [SettingMistake(at: ["icon"], "an app's webhook ignores it", hint: "use token", isWarning: true)] : []
        : [SettingMistake("exactly one of token and url must be there", hint: "remove one")]
    },
    checkTarget: { target, _ in
      target["channel"]?.plain.hasPrefix("#") == true
        ? [] : [SettingMistake(at: ["channel"], "a channel starts with #", hint: "write \"#name\"")]
    },
    make: { _ in Nowhere() })

  static let mail = Kind(
    name: "email", doc: "Writes.",
    settings: [
      Field("from", .string, required: true, doc: "Who.", example: "bellhop@example.com"),
      Field("port", .int(1...65_535), value: .int(587), doc: "Door.", example: "25"),
      Field("password", .secret, doc: "Key.", example: "\"${SMTP_PASSWORD}\""),
      Field("idle", .duration, value: .duration(.seconds(30)), doc: "Patience.", example: "30s"),
      Field("quota", .rate, doc: "Limit.", example: "100/d"),
      Field("ca", .certificates, doc: "Trust.", example: "ca.pem"),
    ],
    target: [
      Field("to", .list(.string), required: true, doc: "Whom.", example: "[ops@example.com]", templated: true, expands: true),
      Field("importance", .choice(["low", "high"]), value: .string("low"), doc: "How.", example: "high"),
    ],
    make: { _ in Nowhere() })

  /// Pages of one line: a name, or what is wrong with it.
  static let vendor: @Sendable ([UInt8]) -> VendorPage = { bytes in
    let text = String(decoding: bytes, as: UTF8.self)
    if text.hasPrefix("wrong") { return VendorPage(mistakes: [Mistake(file: "", line: 3, column: 7, path: "request.url", problem: text)]) }
    return VendorPage(
      kind: Kind(
        name: text, doc: "Ours.", settings: [Field("key", .secret, required: true, doc: "Who.", example: "x")], target: [],
        make: { _ in Nowhere() }))
  }

  /// One key belongs to all certificates.
  static let identity: Configuration.IdentityCheck = { _, key, _ in
    key == files["key.pem"] ? [] : [SettingMistake(at: ["key"], "the key does not belong to the certificate", hint: "name the right one")]
  }

  static let environment: [String: String] = [
    "TOKEN": "hunter2-of-the-environment", "EMPTY": "", "PORT": "2525", "ODD": "hunter2 and blanks",
  ]
  static let files: [String: [UInt8]] = [
    "/run/secrets/token": Array("hunter2-of-the-file\n".utf8), "/run/secrets/binary": [0xFF, 0x00],
    "/etc/ca.pem": Array("x\n-----BEGIN CERTIFICATE-----\nx\n".utf8), "conf/own.pem": Array("-----BEGIN TRUSTED CERTIFICATE-----\r\n".utf8),
    "key.pem": Array("-----BEGIN PRIVATE KEY-----\n".utf8),
    "pager.yaml": Array("pager".utf8), "wrong.yaml": Array("wrong address".utf8), "webhook.yaml": Array("webhook".utf8),
    "conf/pager.yaml": Array("pager".utf8), "/etc/pager.yaml": Array("pager".utf8),
  ]
}

/// Reads a configuration from text, in a world of its own.
func load(_ text: String, file: String = "bellhop.yaml") -> Result<Configuration, Mistakes> { load(bytes: Array(text.utf8), file: file) }

func load(bytes: [UInt8], file: String = "bellhop.yaml") -> Result<Configuration, Mistakes> {
  let read = { (path: String) throws(FileError) -> [UInt8] in
    if path == file { return bytes }
    guard let found = Lookalikes.files[path] else { throw FileError("No such file or directory") }
    return found
  }
  return Result { () throws(Mistakes) in
    try Configuration.load(
      path: file, kinds: Lookalikes.kinds, vendor: Lookalikes.vendor, checkIdentity: Lookalikes.identity,
      environment: { Lookalikes.environment[$0] }, readFile: read)
  }
}
