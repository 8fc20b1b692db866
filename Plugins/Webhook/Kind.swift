import Bellhop
import Curl
import Templates

/// The kind `webhook`: an HTTP request for each message, to any server.
public enum WebhookKind {
  /// The kind as the gateway registers it.
  public static func kind(_ engine: Engine) -> Kind {
    Kind(
      name: "webhook", doc: "An HTTP request to any server: JSON or a template of yours, signed if you give it a secret.",
      settings: settings, target: target, defaults: Kind.Defaults(concurrency: 16), check: check, checkTarget: checkTarget
    ) { WebhookTransport(carrier: engine, $0) }
  }

  private static let settings: [Field] = [
    Field(
      "url", .secretURL, required: true, doc: "Where requests go. It is shown nowhere: such addresses often carry a key.",
      example: "https://crm.example.com/in"),
    Field("method", .choice(["POST", "PUT", "PATCH"]), value: .string("POST"), doc: "The request's method.", example: "PUT"),
    Field(
      "headers", .map(.secret), doc: "Headers to add. Their values are shown nowhere.", example: "{ Authorization: \"Bearer ${CRM_KEY}\" }"),
    Field(
      "secret", .secret, doc: "Signs each request by Standard Webhooks: `whsec_` and base64, or any text.", example: "\"${CRM_SECRET}\""),
    Field(
      "body", .template, doc: "The body as Mustache over the documented JSON; values are escaped for `content_type`.",
      example: "'{ \"note\": \"{{text}}\" }'"),
    Field(
      "content_type", .string, value: .string("application/json"), doc: "The body's media type.",
      example: "application/x-www-form-urlencoded"),
    Field("http2", .bool, value: .bool(false), doc: "Offer HTTP/2 over TLS.", example: "true"),
    .ca,
    Field("unix_socket", .string, doc: "Talk to this socket instead of the address's host.", example: "/run/crm.sock"),
  ]

  private static let target: [Field] = [
    Field("path", .string, doc: "Added to the path of `url`, percent-encoded.", example: "orders/new", templated: true)
  ]

  private static func check(_ values: Values) -> [SettingMistake] {
    var problems = MessageBody.problems(of: values)
    if let url = values.secret("url"), let problem = Request.problem(withAddress: url.reveal(), at: ["url"]) { problems.append(problem) }
    for header in values.map("headers") ?? [] {
      if let problem = problem(header, signed: values.has("secret")) { problems.append(problem) }
    }
    if let secret = values.secret("secret"), Signature(secret) == nil {
      problems.append(SettingMistake(at: ["secret"], "is no key", hint: "after whsec_ comes base64, of 1 byte or more"))
    }
    if let path = values.string("unix_socket"), !path.hasPrefix("/") || path.utf8.count > 107 {
      problems.append(SettingMistake(at: ["unix_socket"], "is no path of a socket", hint: "write an absolute path of at most 107 bytes"))
    }
    return problems
  }

  private static func problem(_ header: Value.Entry, signed: Bool) -> SettingMistake? {
    let name = header.key.lowercased()
    let path = ["headers", header.key]
    let token = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) }
    if !token { return SettingMistake(at: path, "is no name of a header", hint: "letters, digits and hyphens") }
    if ["content-length", "transfer-encoding", "connection", "host", "expect"].contains(name) {
      return SettingMistake(at: path, "is set by Bellhop itself", hint: "leave it out")
    }
    if name == "content-type" { return SettingMistake(at: path, "has a key of its own", hint: "write content_type beside headers") }
    if name == "webhook-id" || name == "webhook-timestamp" || name == "webhook-signature" {
      return SettingMistake(at: path, "is set by Bellhop itself", hint: signed ? "leave it out" : "write secret to have requests signed")
    }
    guard case .secret(let value) = header.value, isHeaderValue(value.reveal()) else {
      return SettingMistake(at: path, "holds a line break or another control character", hint: "quote the value on one line")
    }
    return nil
  }

  private static func isHeaderValue(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }

  private static func checkTarget(_ target: Target, _ values: Values) -> [SettingMistake] {
    guard let path = target["path"]?.string, TargetAddress.hasDotSegments(path) else { return [] }
    return [SettingMistake(at: ["path"], "leads out of the address", hint: "leave out the segments . and ..")]
  }
}
