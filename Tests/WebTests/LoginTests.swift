import Bellhop
import Logging
import Senders
import Testing

@testable import Web

/// Logging in with a browser.
@Suite struct LoginTests {
  private static let accounts = [
    ReaderAccount("olaf", keys: [ReaderKey(Secret("olaf-token"))], rights: ReaderRights(.operator)),
    ReaderAccount("ann & co", keys: [ReaderKey(Secret("ann-token"))]),
    ReaderAccount("finance", keys: [ReaderKey(Secret("finance-token"))], rights: ReaderRights(only: ["finance"])),
    ReaderAccount("late", keys: [ReaderKey(Secret("late-token"), expires: Timestamp(seconds: 1_000))]),
  ]
  private static func settings(_ accounts: [ReaderAccount] = accounts) -> SiteSettings {
    SiteSettings(senders: AccessTests.senders, readers: ReaderAccounts(accounts))
  }
  private static let form = ["Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"]

  /// Logs in, and answers the cookie as a browser says it.
  private static func cookie(_ port: Int, _ token: String) throws -> [String: String] {
    let answer = try Wire(port: port).ask("POST", "/login", form, "token=\(token)")
    let set = answer?.headers["set-cookie"] ?? ""
    return ["Cookie": "other=1; \(set.prefix { $0 != ";" })"]
  }

  @Test func aTokenOnceAndACookieFromThenOn() async throws {
    try await withSite(Self.settings()) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        let page = try #require(try wire.ask("GET", "/login?next=/lanes"))
        #expect(page.status == 200 && page.body.contains(#"name="token" type="password""#) && page.body.contains(#"value="/lanes""#))
        let answer = try #require(try wire.ask("POST", "/login", Self.form, "token=olaf-token&next=%2Flanes%3Fa%3Db"))
        #expect(answer.status == 303 && answer.headers["location"] == "/lanes?a=b")
        let set = try #require(answer.headers["set-cookie"])
        #expect(set.hasPrefix("bellhop=") && set.hasSuffix("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"), "\(set)")
        #expect(!set.contains("olaf-token") && !set.contains("Secure"))
        let cookie = ["Cookie": "other=1; \(set.prefix { $0 != ";" })"]
        let home = try #require(try wire.ask("GET", "/", cookie))
        #expect(home.status == 200 && home.body.contains("olaf <form") && home.body.contains("Log out"))
        #expect(try wire.ask("GET", "/v1/events", cookie)?.status == 200)
        #expect(try wire.ask("GET", "/v1/events")?.status == 401)
      }
      let entry = AuditEntry(who: "olaf", by: "token", what: "login", result: "done")
      #expect(running.desk.state.withLock { $0.audit } == [entry])
    }
  }

  /// A cookie comes along by itself, so a page of another site could send a form with it.
  @Test func changesAreTakenFromOurOwnPagesAlone() async throws {
    try await withSite(Self.settings()) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        let cookie = try Self.cookie(running.port, "olaf-token")
        let host = "127.0.0.1:\(running.port)"
        for (headers, status) in [
          (["Sec-Fetch-Site": "cross-site"], 403), (["Sec-Fetch-Site": "same-site"], 403), (["Origin": "https://evil.example"], 403),
          (["Origin": "null"], 403), (["Sec-Fetch-Site": "same-origin"], 200), (["Origin": "http://\(host)", "Host": host], 200),
        ] as [([String: String], Int)] {
          let all = cookie.merging(headers) { first, _ in first }
          #expect(try wire.ask("POST", "/v1/lanes/pause", all, #"{"lane":"chat"}"#)?.status == status, "\(headers)")
        }
        // Neither is anybody logged in or out that way.
        let foreign = ["Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "cross-site"]
        let login = try wire.ask("POST", "/login", foreign, "token=olaf-token")
        #expect(login?.status == 403 && login?.headers["set-cookie"] == nil)
        let logout = try wire.ask("POST", "/logout", cookie.merging(foreign) { first, _ in first })
        #expect(logout?.status == 403 && logout?.headers["set-cookie"] == nil)
      }
    }
  }

  @Test func loggingOutTakesTheCookieAway() async throws {
    try await withSite(Self.settings()) { running in
      try await onThread {
        let cookie = try Self.cookie(running.port, "ann-token")
        let answer = try Wire(port: running.port).ask("POST", "/logout", cookie.merging(Self.form) { first, _ in first })
        #expect(answer?.status == 303 && answer?.headers["location"] == "/login")
        #expect(answer?.headers["set-cookie"]?.hasPrefix("bellhop=; Path=/; Max-Age=0;") == true)
      }
      #expect(
        running.desk.state.withLock { $0.audit.map { "\($0.who) \($0.by) \($0.what)" } } == [
          "ann & co token login", "ann & co cookie logout",
        ])
    }
  }

  @Test func wrongTokensCountAsWrongProofs() async throws {
    var settings = Self.settings()
    settings.limits.wrongProofs = Rate(2, per: .seconds(60))
    try await withSite(settings) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        let answers = try (0..<4).map { _ in try wire.ask("POST", "/login", Self.form, "token=%3Cb%3Eguess") }
        #expect(answers.first??.status == 403 && answers.first??.body.contains("no reader has this token") == true)
        #expect(answers.first??.body.contains("guess") == false && answers.first??.headers["set-cookie"] == nil)
        #expect(answers.last??.status == 429 && answers.last??.headers["retry-after"] != nil)
        // A right one is taken at any time.
        #expect(try wire.ask("POST", "/login", Self.form, "token=ann-token")?.status == 303)
        // One that was right once guesses nothing.
        let late = try wire.ask("POST", "/login", Self.form, "token=late-token")
        #expect(late?.status == 403 && late?.body.contains("this token expired at 1970-01-01T00:16:40") == true)
        #expect(try wire.ask("POST", "/login", Self.form, "token=+")?.body.contains("type a reader") == true)
      }
      let (unproved, audit) = running.desk.state.withLock { ($0.unproved, $0.audit) }
      #expect(unproved.count == 4 && unproved.last == "other slowed")
      #expect(audit.filter { $0.result == "refused" }.allSatisfy { $0.who == "127.0.0.1" && $0.what == "login" && $0.of == nil })
      #expect((2...3).contains(audit.count { $0.result == "refused" && $0.what == "login" } - 1), "not those who wait: \(audit)")
    }
  }

  /// Over TLS, whether it ends here or at a proxy of ours, the cookie never travels in plain text.
  @Test func overTLSTheCookieIsAnother() async throws {
    var settings = Self.settings()
    settings.proxies = TrustedProxies(["127.0.0.1"])
    try await withSite(settings) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        for secure in [["X-Forwarded-Proto": "https"], ["Forwarded": "for=1.2.3.4;proto=https"]] {
          let headers = Self.form.merging(secure) { first, _ in first }
          let set = try #require(try wire.ask("POST", "/login", headers, "token=ann-token")?.headers["set-cookie"])
          #expect(set.hasPrefix("__Host-bellhop=") && set.hasSuffix("; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax; Secure"), "\(set)")
          let pair = String(set.prefix { $0 != ";" })
          let value = String(pair.dropFirst("__Host-bellhop=".count))
          #expect(try wire.ask("GET", "/v1/events", secure.merging(["Cookie": pair]) { first, _ in first })?.status == 200)
          // Under the plain name anybody on the way could have set it.
          #expect(try wire.ask("GET", "/v1/events", secure.merging(["Cookie": "bellhop=\(value)"]) { first, _ in first })?.status == 401)
        }
        let plain = try wire.ask(
          "POST", "/login", Self.form.merging(["X-Forwarded-Proto": "http"]) { first, _ in first }, "token=ann-token")
        #expect(plain?.headers["set-cookie"]?.hasPrefix("bellhop=") == true)
      }
    }
    try await withSite(Self.settings()) { running in
      let set = try await onThread {
        try Wire(port: running.port).ask(
          "POST", "/login", Self.form.merging(["X-Forwarded-Proto": "https"]) { first, _ in first }, "token=ann-token")?.headers[
            "set-cookie"]
      }
      #expect(set?.contains("Secure") == false, "nobody's word for it")
    }
  }

  /// A reload that takes a reader, a key or a right away takes it from those who are logged in.
  @Test func aSessionIsWorthWhatItsReaderIs() async throws {
    try await withSite(Self.settings()) { running in
      let cookie = try await onThread { try Self.cookie(running.port, "olaf-token") }
      func status(_ path: String = "/v1/reload") async throws -> Int? {
        try await onThread { try Wire(port: running.port).ask("GET", path, cookie)?.status }
      }
      #expect(try await status() == 200)
      let key = Self.accounts[0].keys
      running.site.adopt(Self.settings([ReaderAccount("olaf", keys: key)]))
      #expect(try await status() == 403, "a viewer now")
      running.site.adopt(
        Self.settings([ReaderAccount("olaf", keys: [ReaderKey(Secret("another"))] + key, rights: ReaderRights(.operator))]))
      #expect(try await status() == 200, "the key is still there")
      for gone in [
        [ReaderAccount("olaf", keys: [ReaderKey(Secret("another"))])], [ReaderAccount("olga", keys: key)],
        [ReaderAccount("olaf", keys: [ReaderKey(Secret("olaf-token"), expires: Timestamp(seconds: 1))])], [],
      ] {
        running.site.adopt(Self.settings(gone))
        #expect(try await status("/v1/events") == 401, "\(gone)")
      }
      running.site.adopt(Self.settings())
      #expect(try await status() == 200)
    }
  }

  @Test func sessionsEndAndCannotBeMade() throws {
    func sign(_ text: String) -> String { String(fingerprint("key \(text)"), radix: 16) }
    let now = Timestamp(seconds: 1_800_000_000)
    let account = Self.accounts[1]
    let session = LoginSession(of: account, by: account.keys[0], at: now, sign)
    #expect(session.end == now + LoginSession.lifetime)
    let soon = ReaderKey(Secret("x"), expires: now + .seconds(60))
    #expect(LoginSession(of: account, by: soon, at: now, sign).end == now + .seconds(60))
    let token = session.token(sign)
    #expect(LoginSession(token[...], sign) == session && !token.contains { " ;,\"\\".contains($0) })
    #expect(session.account(among: Self.accounts, at: now, sign)?.name == "ann & co")
    #expect(session.account(among: Self.accounts, at: session.end, sign) == nil)
    let parts = token.split(separator: "-", maxSplits: 3).map(String.init)
    let forged = [
      "", "-", "---", "x", "\(session.end.seconds + 1)-\(parts[1])-\(parts[2])-\(parts[3])",
      "\(parts[0])-\(parts[1])x-\(parts[2])-\(parts[3])",
      "\(parts[0])-\(parts[1])-\(parts[2])-olaf", "\(parts[0])-\(parts[1])--\(parts[3])", "\(parts[0])-\(parts[1])-\(parts[2])",
      String(repeating: "1", count: 5_000) + token,
    ]
    for token in forged { #expect(LoginSession(token[...], sign) == nil, "\(token.prefix(80))") }
    func other(_ text: String) -> String { String(fingerprint("another key \(text)"), radix: 16) }
    #expect(LoginSession(token[...], other) == nil, "of another store")
  }

  /// Who asks for a page with a browser is led to the form, and back; programs are told as before.
  @Test func browsersAreLedToTheForm() async throws {
    try await withSite(Self.settings()) { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        let browser = ["Accept": "text/html,application/xhtml+xml,*/*;q=0.8"]
        let answer = try #require(try wire.ask("GET", "/lanes?a=b&c=%20d", browser))
        #expect(answer.status == 303 && answer.headers["location"] == "/login?next=/lanes%3Fa%3Db%26c%3D%2520d")
        #expect(answer.headers["www-authenticate"] == nil)
        #expect(try wire.ask("GET", "/lanes")?.headers["www-authenticate"]?.hasPrefix("Basic") == true)
        #expect(try wire.ask("GET", "/v1/lanes", browser)?.status == 401)
        let stray = try #require(try wire.ask("GET", "/nothing", browser))
        #expect(stray.status == 404 && stray.headers["content-type"]?.hasPrefix("text/html") == true)
        // Who is known and may not is told why, with a name.
        let cookie = try Self.cookie(running.port, "finance-token").merging(browser) { first, _ in first }
        let refused = try #require(try wire.ask("GET", "/lanes", cookie))
        #expect(refused.status == 403 && refused.headers["content-type"]?.hasPrefix("text/html") == true)
        #expect(refused.body.contains("finance sees only finance") && refused.body.contains("Log out"))
        for (next, place) in [
          ("//evil.example/", "/"), ("https://evil.example", "/"), ("/\\evil.example", "/"), ("/a%0d%0aSet-Cookie:%20x", "/"),
          ("lanes", "/"),
          ("", "/"), ("/events/3%3Fx%3D1", "/events/3?x=1"),
        ] {
          #expect(try wire.ask("POST", "/login", Self.form, "token=ann-token&next=\(next)")?.headers["location"] == place, "\(next)")
        }
      }
    }
  }

  /// On this machine without readers all is open, and every page says so.
  @Test func whatIsOpenSaysSo() async throws {
    try await withSite { running in
      try await onThread {
        let wire = try Wire(port: running.port)
        for path in ["/", "/lanes", "/dead", "/silences", "/watches", "/roles", "/explain"] {
          let page = try #require(try wire.ask("GET", path))
          #expect(page.status == 200 && page.body.contains("Open to everybody on this machine: no readers are configured"), "\(path)")
          #expect(!page.body.contains("method=\"post\""), "\(path): who may change nothing sees no buttons")
        }
        let login = try #require(try wire.ask("GET", "/login"))
        #expect(login.body.contains("No readers are configured") && login.body.contains("docs/readers.md"))
      }
    }
  }

  /// Where readers are configured and nobody else is expected, this machine's own read without a token, and may log in.
  @Test func whoMayLogInIsToldSo() async throws {
    try await withSite(SiteSettings(readers: ReaderAccounts(Self.accounts))) { running in
      let (home, login) = try await onThread {
        let wire = try Wire(port: running.port)
        return (try wire.ask("GET", "/")?.body ?? "", try wire.ask("GET", "/login")?.body ?? "")
      }
      #expect(home.contains("Log in</a> to change something") && !home.contains("no readers are configured"))
      #expect(login.contains("Your token") && !login.contains("<nav") && !login.contains("by a proxy"))
    }
    let proxy = ProxyLogin(from: TrustedProxies(["192.0.2.1"]), header: "Remote-User")
    try await withSite(SiteSettings(readers: ReaderAccounts([], proxy: proxy))) { running in
      let login = try await onThread { try Wire(port: running.port).ask("GET", "/login") }
      #expect(login?.body.contains("logged in by a proxy") == true && login?.body.contains("No readers") == false)
    }
  }

  @Test func aProxysUserIsShown() async throws {
    let login = ProxyLogin(from: TrustedProxies(["127.0.0.1"]), header: "Remote-User", rights: ["olga": ReaderRights(.operator)])
    try await withSite(SiteSettings(readers: ReaderAccounts(Self.accounts, proxy: login))) { running in
      let page = try await onThread { try Wire(port: running.port).ask("GET", "/lanes", ["Remote-User": "olga"]) }
      #expect(page?.body.contains(#"<div class="who">olga</div>"#) == true && page?.body.contains("method=\"post\"") == true)
    }
  }
}
