import Bellhop
import Curl

/// The kind `email`: mails through a server that takes them on, by SMTP.
public enum EmailKind {
  /// The kind as the gateway registers it.
  public static func kind(_ engine: Engine) -> Kind {
    Kind(
      name: "email", doc: "Mails, through your mail server or a provider's (SMTP).",
      notes: ["loud mails are marked as important and quiet ones as unimportant; mails of one row about one subject are one thread."],
      settings: settings, target: target, defaults: Kind.Defaults(parallel: 4, timeout: .seconds(30)), check: check,
      checkTarget: checkTarget
    ) { EmailTransport(engine: engine, $0) }
  }

  private static let settings: [Field] = [
    Field(
      "server", .string, required: true, doc: "smtp:// with STARTTLS (port 587) or smtps:// (port 465).",
      example: "\"smtp://mail.example.com:587\""),
    Field(
      "from", .string, required: true, doc: "The sender: an address, or a name and an address.", example: "Bellhop <bellhop@example.com>"),
    Field(
      "hello", .string, doc: "The name that we give ourselves there; default this machine's full name or, where it has none, its address.",
      example: "gw.example.com"),
    Field("user", .string, doc: "The login, where the server wants one.", example: "bellhop"),
    Field("password", .secret, doc: "Its password.", example: "\"${SMTP_PASSWORD}\""),
    Field("oauth", .secret, doc: "Instead of a password: an access token (XOAUTH2).", example: "\"${SMTP_TOKEN}\""),
    .ca,
    Field(
      "plaintext", .bool, value: .bool(false), doc: "Go on without encryption where the server offers none: on this machine only.",
      example: "true"),
  ]

  private static let target: [Field] = [
    Field(
      "to", .list(.string), required: true, doc: "The recipients' addresses: a delivery for each.", example: "[oncall@example.com]",
      templated: true, expands: true)
  ]

  private static func check(_ values: Values) -> [SettingMistake] {
    var problems: [SettingMistake] = []
    let server = values.string("server") ?? ""
    if !Mail.isServer(server) {
      problems.append(
        SettingMistake(at: ["server"], "is no mail server", hint: "write smtp://mail.example.com:587 or smtps://mail.example.com"))
    }
    if let hello = values.string("hello"), let problem = problem(withHello: hello) { problems.append(problem) }
    if MailAddress(values.string("from") ?? "") == nil {
      problems.append(
        SettingMistake(at: ["from"], "is no address of a mail", hint: "write bellhop@example.com, or Bellhop <bellhop@example.com>"))
    }
    if values.has("password"), values.has("oauth") {
      problems.append(SettingMistake(at: ["oauth"], "stands beside password", hint: "keep one of them"))
    }
    let secret = ["password", "oauth"].first(where: values.has)
    if let secret, !values.has("user") { problems.append(SettingMistake(at: [secret], "needs a user beside it", hint: "write user")) }
    if values.has("user"), secret == nil {
      problems.append(SettingMistake(at: ["user"], "needs a password beside it", hint: "write password or oauth"))
    }
    if values.bool("plaintext") == true {
      if server.hasPrefix("smtps") {
        problems.append(
          SettingMistake(at: ["plaintext"], "means nothing to smtps://, which is always encrypted", hint: "remove it", isWarning: true))
      } else if secret != nil {
        problems.append(
          SettingMistake(
            at: ["plaintext"], "would send the login where others can read it", hint: "remove plaintext, or user and \(secret ?? "")")
        )
      }
    }
    return problems
  }

  private static func problem(withHello name: String) -> SettingMistake? {
    let hint = "write this machine's full name, gw.example.com, or an address in brackets, [192.0.2.1]"
    guard Mail.isHello(name) else { return SettingMistake(at: ["hello"], "is no name of a host", hint: hint) }
    return name.contains(".") || name.hasPrefix("[")
      ? nil : SettingMistake(at: ["hello"], "is no full name: many servers refuse it", hint: hint, isWarning: true)
  }

  private static func checkTarget(_ target: Target, _ values: Values) -> [SettingMistake] {
    let to = target["to"]?.array?.map(\.plain) ?? target["to"].map { [$0.plain] } ?? []
    return to.enumerated().filter { !$1.contains("{{") && MailAddress($1).map { $0.name != nil } ?? true }.map { index, address in
      SettingMistake(
        at: ["to", String(index)], "\"\(address.prefix(60))\" is no address of a mail",
        hint: "write name@example.com, one for each recipient")
    }
  }
}
