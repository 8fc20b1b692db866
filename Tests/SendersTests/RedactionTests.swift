import Bellhop
import Senders
import Testing

@Suite struct RedactionTests {
  @Test(arguments: [
    "password", "Password", "user_password", "PASSWORD_HASH", "passwd", "Authorization", "proxy-authorization", "cookie", "Set-Cookie",
    "token",
    "accessToken", "refresh_token", "secret", "client-secret", "api_key", "apiKey", "x-api-key", "APIKEY", "private_key", "card",
    "card_number",
    "cardNumber", "cvv", "CVC", "ssn", "passphrase", "aws_secret_access_key", "credentials", "tokens", "apikeys", "pass", "passcode", "pin",
    "otp",
    "session", "sid", "auth", "jwt", "bearer", "signature", "refresh_token", "db_pass", "userPin", "ｐａｓｓｗｏｒｄ", "pass\u{200B}word",
    "pаsswоrd",
    "𝒑𝒂𝒔𝒔𝒘𝒐𝒓𝒅", "Pässword", "p.a.s.s-word", "TОKEN", "密码",
  ])
  func hiddenKeys(key: String) throws {
    let event = try #require(try decode(#"{"type":"a","data":{"deep":[{"\#(key)":{"x":"hunter2"}}],"\#(key)":"hunter2"}}"#).get().first)
    let key = try JSON(parsing: "\"\(key)\"").string ?? ""
    #expect(event.data == ["deep": [.object([key: "•••"])], key: "•••"])
  }

  @Test(arguments: [
    "subject", "discard", "pancake", "secretary_name_", "secretary", "author", "authority", "key", "id", "cookies_ok", "", "x", "cv",
    "shipping",
    "pinned", "pinCount", "spin", "session_count", "token_count", "max_tokens", "promptTokens", "passed", "passenger", "compass", "bypass",
    "boarding_pass", "gpio_pin", "signature_count", "authentic", "cardinality", "password_changed_at", "ключ", "ｓｕｂｊｅｃｔ",
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

  /// Numbers and truth values tell nothing under names that are counts and states too; `null` is nothing.
  @Test func countsAndStatesStay() throws {
    let data = #"{"tokens":1523,"pass":12,"auth":true,"password":null,"has_password":false,"pin":4711,"cvv":123,"session":""}"#
    let event = try #require(try decode(#"{"type":"a","data":\#(data)}"#).get().first)
    #expect(
      event.data == [
        "tokens": 1523, "pass": 12, "auth": true, "password": .null, "has_password": false, "pin": "•••", "cvv": "•••", "session": "",
      ])
  }

  @Test func ownNamesCountInTextToo() throws {
    let event = try #require(
      try decode(
        #"{"text":"iban=DE89 and tax_id: 42-x, other=1","data":{"l":["Host","x","iban","DE8937"],"o":{"name":"iban","value":"z"}}}"#,
        redact: ["iban", "tax_*"]
      )
      .get().first)
    #expect(event.text == "iban=••• and tax_id: •••, other=1")
    #expect(event.data == ["l": ["Host", "x", "iban", "•••"], "o": ["name": "iban", "value": "•••"]])
  }

  /// Two events are not one because a secret was cut out of their ids.
  @Test func idsWithSecretsStayApart() throws {
    let ids = try ["ghp_0123456789abcdefghij0123456789abcdef", "ghp_9876543210abcdefghij0123456789abcdef"].map {
      try #require(try decode(#"{"id":"login/\#($0)","type":"a"}"#).get().first?.id)
    }
    #expect(Set(ids).count == 2 && ids.allSatisfy { $0.hasPrefix("login/•••-") && $0.utf8.count < 40 }, "\(ids)")
    let again = try decode(#"{"id":"login/ghp_0123456789abcdefghij0123456789abcdef","type":"a"}"#).get().first?.id
    #expect(again == ids[0])
    let key = try #require(try decode(#"{"type":"a"}"#, key: "token=abc123").get().first?.id)
    #expect(key.hasPrefix("token=•••-") && !key.contains("abc123"))
  }

  @Test func typeSourceAndSubjectToo() throws {
    let event = try #require(
      try decode(#"{"type":"pushed.AKIAIOSFODNN7EXAMPLE","source":"/x?token=abc123","subject":"password=hunter2"}"#).get().first)
    #expect(event.type == "pushed.•••" && event.source == "/x?token=•••" && event.subject == "password=•••")
    #expect(event.text == "pushed.••• password=•••")
    let plain = try #require(try decode(#"{"id":"session:42","type":"password:reset","source":"auth:web"}"#).get().first)
    #expect(plain.id == "session:42" && plain.type == "password:reset" && plain.source == "auth:web")
  }

  @Test func keysOfDataToo() throws {
    let event = try #require(
      try decode(#"{"type":"a","data":{"ghp_0123456789abcdefghij0123456789abcdef":1,"n":{"token=abc":2}}}"#).get().first)
    #expect(event.data == ["•••": 1, "n": ["token=•••": 2]])
  }
}
