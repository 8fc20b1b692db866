import Bellhop
import Curl
import Testing

@testable import Catalogue

/// What pages say of their settings and targets beyond shapes, and what every page has beside its own.
@Suite struct SettingsOfPagesTests {
  private func kind(_ name: String) throws -> Kind { try #require(Catalogue.pages.first { $0.name == name }).kind(Engine()) }
  private func page(_ name: String) throws -> Page { try #require(Catalogue.pages.first { $0.name == name }) }

  @Test func oneTargetAndNotTwo() throws {
    let webex = try kind("webex")
    #expect(webex.checkTarget(Target(), Values()).map(\.text) == ["has none of room, person"])
    #expect(webex.checkTarget(Target(["room": "a", "person": "b"]), Values()).map(\.path) == [["person"]])
    #expect(webex.checkTarget(Target(["room": "a", "person": ""]), Values()).isEmpty)
    let discord = try kind("discord")
    #expect(
      discord.checkTarget(Target(["post": "a", "thread": "1"]), Values()).count == 1 && discord.checkTarget(Target(), Values()).isEmpty)
  }

  @Test(arguments: [
    ("https://default1.02.environment.api.powerplatform.com:443/powerautomate/x?sig=n33dle", true),
    ("https://prod-1.westus.logic.azure.com:443/workflows/n33dle", false), ("https://example.webhook.office.com/webhookb2/n33dle", false),
  ]) func addressesThatWorkNoMoreAreDoubtful(_ url: String, _ isFine: Bool) throws {
    let problems = try kind("teams").check(Values(["url": .secret(Secret(url))]))
    #expect(problems.isEmpty == isFine && problems.allSatisfy { $0.isWarning && $0.path == ["url"] && !"\($0)".contains("n33dle") })
  }

  @Test(arguments: Catalogue.pages.map(\.name)) func everyPageTakesHeadersAndCertificates(_ name: String) throws {
    let page = try page(name)
    #expect(page.kind(Engine()).settings.contains { $0.name == "headers" && $0.shape == .map(.secret) })
    #expect(page.kind(Engine()).settings.count { $0.name == "ca" } == 1)
    var values = page.examples.settings
    for field in page.settings where values.entries[field.name] == nil { values.entries[field.name] = field.value }
    values.entries["ca"] = .string("/etc/own.pem")
    values.entries["headers"] = .map([.init("X-Proxy", .secret(Secret("n33dle"))), .init("authorization", .secret(Secret("Basic x")))])
    let event = Event(id: "e", sender: "s", source: "s", time: Timestamp(seconds: 1), text: "x")
    let request = try Composer(page: page, values: values).request(
      Message(id: "m", event: event), to: page.examples.target, Attempt(at: Timestamp(seconds: 1))
    ).get()
    #expect(request.caFile == "/etc/own.pem")
    #expect(request.headers.filter { $0.name == "X-Proxy" }.map(\.value) == ["n33dle"])
    #expect(request.headers.filter { $0.name.lowercased() == "authorization" }.map(\.value) == ["Basic x"])
  }

  @Test func hostsThatCannotBeAreMistakes() throws {
    let gotify = try kind("gotify")
    for url in ["https://bücher.example", "https://xn--bcher-kva.example:8443/g", "http://[::1]:80"] {
      #expect(gotify.check(Values(["url": .string(url)])).isEmpty, "\(url)")
    }
    for url in ["https://ü\u{200E}x.example", "https://a b.example", "https://a.example:99999"] {
      #expect(gotify.check(Values(["url": .string(url)])).map(\.path) == [["url"]], "\(url)")
      let hidden = try kind("teams").check(Values(["url": .secret(Secret(url))])).filter { !$0.isWarning }
      #expect(hidden.map(\.path) == [["url"]] && !"\(hidden)".contains(url))
    }
  }

  @Test(arguments: ["Host", "Content-Length", "Webhook-Id", "X Y", ""]) func headersThatCannotBe(_ name: String) throws {
    let values = Values(["headers": .map([.init(name, .secret(Secret("x")))])])
    #expect(try kind("gotify").check(values).map(\.path) == [["headers", name]])
    #expect(try kind("gotify").check(Values(["headers": .map([.init("X", .secret(Secret("a\nb")))])])).count == 1)
  }

  @Test func aKeyOfTwilioLogsInInsteadOfTheAccount() throws {
    let page = try page("twilio")
    let text = try #require(Catalogue.source(of: "twilio"))
    let event = Event(id: "e", sender: "s", source: "s", time: Timestamp(seconds: 1), text: "x")
    for (settings, user) in [([:], "AC123"), (["key": "SK1"], "SK1")] as [([String: String], String)] {
      let request = try #require(
        Catalogue.trial(text, settings: settings, message: Message(id: "m", event: event), at: Timestamp(seconds: 1)).request?.head)
      let login = try #require(request.firstMatch(of: /Basic (\S+)/)?.1)
      #expect(login == Base64.of("\(user):•••") && request.contains("/Accounts/AC123/Messages"))
    }
    #expect(page.settings.contains { $0.name == "key" })
  }

  @Test func signalsOfHealthchecks() throws {
    let text = try #require(Catalogue.source(of: "healthchecks"))
    for (signal, end) in [("auto", "1"), ("success", "0"), ("fail", "fail"), ("log", "log"), ("start", "start")] {
      let event = Event(id: "e", sender: "s", source: "s", severity: .error, time: Timestamp(seconds: 1), text: "x")
      let trial = Catalogue.trial(text, target: ["signal": signal], message: Message(id: "m", event: event), at: Timestamp(seconds: 1))
      let head = try #require(trial.request?.head)
      #expect(head.hasPrefix("POST https://hc-ping.com/•••/\(end)\n"), "\(trial)")
    }
  }

  @Test func numbersAreNumbersAndTextMessagesTellTheirAlphabet() throws {
    let event = Event(id: "e", sender: "s", source: "s", time: Timestamp(seconds: 1), text: "disk full")
    func request(_ name: String, _ text: String) throws -> String {
      let message = Message(id: "m", event: event, text: Text(literal: text))
      let page = try #require(Catalogue.source(of: name))
      return try #require(Catalogue.trial(page, message: message, at: Timestamp(seconds: 7)).request?.body)
    }
    #expect(try request("splunk-oncall", "x").contains(#""state_start_time":7,"#))
    #expect(try request("vonage", "disk full").contains("&type=text") && request("vonage", "火").contains("&type=unicode"))
  }
}

/// https://www.rfc-editor.org/rfc/rfc4648#section-4
private enum Base64 {
  static func of(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var out = ""
    let bytes = Array(text.utf8)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      let bits = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
      for place in 0..<4 { out.append(place <= part.count ? alphabet[bits >> (18 - 6 * place) & 63] : "=") }
    }
    return out
  }
}
