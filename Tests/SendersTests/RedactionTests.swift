import Bellhop
import Senders
import Testing

@Suite struct RedactionTests {
  @Test(arguments: [
    "password", "Password", "user_password", "PASSWORD_HASH", "passwd", "Authorization", "proxy-authorization", "cookie", "Set-Cookie",
    "token",
    "accessToken", "refresh_token", "secret", "client-secret", "api_key", "apiKey", "x-api-key", "APIKEY", "private_key", "card",
    "card_number",
    "cardNumber", "cvv", "CVC", "ssn", "passphrase", "aws_secret_access_key", "credentials",
  ])
  func hiddenKeys(key: String) throws {
    let event = try #require(try decode(#"{"type":"a","data":{"deep":[{"\#(key)":{"x":"hunter2"}}],"\#(key)":"hunter2"}}"#).get().first)
    #expect(event.data == ["deep": [.object([key: "•••"])], key: "•••"])
  }

  @Test(arguments: [
    "tokens", "subject", "discard", "pancake", "secretary_name_", "author", "key", "id", "cookies_ok", "", "x", "pass", "cv",
  ])
  func otherKeysStay(key: String) throws {
    let event = try #require(try decode(#"{"type":"a","data":{"\#(key)":"seen"}}"#).get().first)
    #expect(event.data == [key: "seen"])
  }

  @Test func sendersAddTheirOwn() throws {
    let event = try #require(
      try decode(#"{"type":"a","data":{"I-BAN":"x","tax_id_eu":"y","ta":"z"}}"#, redact: ["iban", "tax_*"]).get().first)
    #expect(event.data == ["I-BAN": "•••", "tax_id_eu": "•••", "ta": "z"])
  }

  @Test(arguments: [
    ("Authorization: Bearer eyJhbGciOi.J9-x", "Authorization: Bearer •••"),
    ("got bearer abc123def, then failed", "got bearer •••, then failed"),
    ("Basic dXNlcjpwYXNz\nnext", "Basic •••\nnext"),
    ("postgres://app:hunter2@db:5432/x and https://t0k@h/p", "postgres://•••@db:5432/x and https://•••@h/p"),
    ("https://a:p@ss@h", "https://•••@h"),
    ("Bearer abc123. Bearer def456.", "Bearer •••. Bearer •••."),
    ("ünï://ü:x@ho", "ünï://•••@ho"),
  ])
  func credentialsInText(text: String, clean: String) throws {
    let body = JSON.object(["text": .string(text), "subject": .string(String(text.prefix { $0 != "\n" })), "data": ["x": [.string(text)]]])
    let event = try #require(try decode(body.text).get().first)
    #expect(event.text == clean && event.data == ["x": [.string(clean)]])
    #expect(event.subject == String(clean.prefix { $0 != "\n" }))
  }

  @Test(arguments: [
    "the bearer of bad news", "Basic Training is over", "basic", "Bearer ", "bearer", "https://example.com/a@b?c=@d", "mail a@b.c", "://",
    "x://", "a:b",
    "rebearer abc123", "x://@h",
  ])
  func otherTextStays(text: String) throws {
    #expect(try decode(JSON.object(["text": .string(text)]).text).get().first?.text == text)
  }

  @Test func sourceAndHeadersToo() throws {
    #expect(try decode(#"{"type":"a","source":"https://u:p@h"}"#).get().first?.source == "https://•••@h")
    let headers = [("specversion", "1.0"), ("id", "1"), ("source", "s"), ("type", "a"), ("authtoken", "hunter2")]
    #expect(try decode("", ce: headers).get().first?.data == ["ext": ["authtoken": "•••"]])
  }
}
