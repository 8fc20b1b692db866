import Settings
import Testing

/// Rows that are allowed and hardly mean what they say: `check` warns at the value, with the mend.
@Suite struct DoubtTests {
  /// What is wrong with one match: each warning's place behind the row, its sentence and its mend.
  private func warnings(_ match: String, row: String = "to: log", rest: String = "") throws -> [String] {
    let yaml = """
      transports: { log: { use: stdout }, spare: { use: stdout }, mail: { use: email, from: a@b.c } }
      calendars: { office: { days: mon-fri, zone: UTC } }
      channels: { people: { log: {} }, both: { log: {}, spare: {} }, duty: { mail: { to: [a@b.c, d@e.f] } } }
      roles: { ops: [ { match: \(match), \(row) } ], all: [ { to: [people, both, spare, duty] } ] }
      \(rest)
      """
    return try load(yaml).get().warnings.map { "\($0.line):\($0.column) \($0.problem); \($0.hint ?? "")" }
  }

  static let doubtful = [
    // Values of the data.
    (#"{ data.amount: ">=100" }"#, #"write { ">=": 100 }"#), (#"{ data.amount: "< 5" }"#, #"write { "<": 5 }"#),
    (#"{ data.amount: "=>7" }"#, #"write { ">=": 7 }"#), (#"{ data.amount: 100+ }"#, #"write { ">=": 100 }"#),
    (#"{ data.amount: 10..20 }"#, #"write { ">=": 10, "<=": 20 }"#), (#"{ data.plan: "!=pro" }"#, "write { not: pro }"),
    (#"{ data.plan: "!pro" }"#, "write { not: pro }"), (#"{ data.plan: "==pro" }"#, "write pro"),
    (#"{ data.since: ">2026-01-01" }"#, "takes numbers only"), ("{ data.level: error+ }", "write [error, critical]"),
    (#"{ data.region: "eu-*" }"#, #"write { glob: "eu-*" }"#), (#"{ data.region: [us, "eu-*"] }"#, #"write { glob: "eu-*" }"#),
    (#"{ data.region: { not: "eu-*" } }"#, #"write { glob: "eu-*" }"#), (#"{ data.region: { in: ["eu-*"] } }"#, #"write { glob: "eu-*" }"#),
    ("{ data.plan: pro|team }", "write [pro, team]"), (#"{ data.plan: "pro, team" }"#, "write [pro, team]"),
    ("{ data.plan: pro or team }", "write [pro, team]"), (#"{ data.plan: "[pro, team]" }"#, "write it without the quotes"),
    (#"{ data.plan: "{pro,team}" }"#, "write [pro, team]"), (#"{ data.agent: "^Mozilla" }"#, #"write { regex: "^Mozilla" }"#),
    (#"{ data.agent: /Mozilla.*/ }"#, #"write { regex: "Mozilla.*" }"#), ("{ data.vip: yes }", "write true"),
    ("{ data.vip: off }", "write false"), ("{ data.coupon: exists }", "write { exists: true }"),
    (#"{ data.coupon: "*" }"#, "write { exists: true }"), (#"{ data.plan: " pro" }"#, "write pro"),
    (#"{ data.plan: "'pro'" }"#, "write pro"), (#"{ data.plan: "{{data.other}}" }"#, "write the value itself"),
    ("{ data.plan: \"pro\u{A0}x\" }", "U+00A0"), (#"{ data.a: { regex: "eu-*" } }"#, #"write glob: "eu-*""#),
    (#"{ data.a: { regex: "/^a/" } }"#, #"write "^a""#), (#"{ data.a: { glob: "pro|team" } }"#, "write a list: [pro, team]"),
    (#"{ data.a: { glob: "^pro.*$" } }"#, "write regex:"), (#"{ data.mail: { glob: "*@example.com" } }"#, #"write "**@example.com""#),
    // Keys of the data.
    (#"{ "data.items[0].id": 5 }"#, "write data.items.0.id"), (#"{ "data.items.*.id": 5 }"#, "data.items.0.id"),
    // Patterns.
    ("{ type: user.a|user.b }", "write a list: [user.a, user.b]"), (#"{ type: "user.a, user.b" }"#, "write a list: [user.a, user.b]"),
    ("{ type: user.a or user.b }", "write a list: [user.a, user.b]"), (#"{ type: "^user[.].*$" }"#, #"write "user.**""#),
    (#"{ type: "/user.*/" }"#, #"write "user**""#), (#"{ type: "user.?" }"#, "`?` is no wildcard here"),
    ("{ type: \"user.[ab]\" }", "write a list: [user.a, user.b]"), (#"{ type: "{user,team}.*" }"#, #"write a list: ["user.*", "team.*"]"#),
    (#"{ type: "!user.*" }"#, #"write not: { type: "user.*" }"#), (#"{ type: " user.a" }"#, "write user.a"),
    (#"{ type: "*" }"#, "`**` takes all"), (#"{ source: "*" }"#, "`**` takes all"), (#"{ subject: "*" }"#, "`**` takes all"),
    (#"{ type: "user*" }"#, #"write "user.*""#), ("{ type: user. }", #"write "user.*""#),
    (#"{ type: "user signed" }"#, "no type holds a blank"),
    (#"{ subject: "ann@*" }"#, #"write "ann@**""#), (#"{ subject: a@b.c|d@e.f }"#, "write a list: [a@b.c, d@e.f]"),
    (#"{ sender: "{{data.x}}" }"#, "write the value itself"),
    // What can never hold.
    (#"{ data.n: { ">=": 5, "<": 3 } }"#, "no value is both"), (#"{ data.n: { exists: false, ">": 3 } }"#, "no value is both"),
    ("{ data.n: { in: [pro], not: [pro, team] } }", "no value is both"), (#"{ data.n: { in: [eu], glob: "us*" } }"#, "no value is both"),
    ("{ not: {} }", "this excludes every event"), ("{ any: [ { type: a }, {} ] }", "this takes every event"),
    ("{ type: user.a, not: { type: \"user.*\" } }", "not: excludes all that the rest takes"),
    ("{ type: user.a, severity: error, not: { type: user.a, severity: error+ } }", "not: excludes all that the rest takes"),
    ("{ severity: debug, any: [ { severity: error }, { severity: critical } ] }", "nothing of any: fits"),
    ("{ during: office, outside: office }", "no event has both"),
  ]

  @Test(arguments: doubtful.indices) func theMendIsTold(index: Int) throws {
    let (match, mend) = Self.doubtful[index]
    let found = try warnings(match)
    #expect(found.count == 1 && found.first?.contains(mend) == true, "\(match): \(found)")
    #expect(found.first?.hasPrefix("4:") == true, "at its place")
  }

  /// What is meant as it stands.
  @Test(arguments: [
    #"{ type: "user.*" }"#, #"{ type: "**" }"#, #"{ type: "user.**.done" }"#, #"{ type: ["ticket.**", chat.*] }"#, "{ type: message }",
    #"{ type: "*.failed" }"#, #"{ source: "/shop/*" }"#, #"{ source: "https://shop.example.com/a?b=c" }"#,
    #"{ subject: "**@example.com" }"#,
    "{ subject: what is this? }", #"{ subject: "Doe, John" }"#, #"{ sender: "*" }"#, #"{ data.path: { glob: "/checkout/**" } }"#,
    #"{ data.agent: { regex: "^Mozilla/5" } }"#, #"{ data.agent: { regex: "https*" } }"#, #"{ data.n: { ">=": 10, "<": 1000 } }"#,
    #"{ data.n: { ">": 18, "<=": 19 } }"#, #"{ data.code: [500, "502", null] }"#, "{ data.at: 2026-11-23 }", "{ data.phone: +15551234 }",
    #"{ data.city: "Denver, CO" }"#, "{ data.currency: US$ }", "{ data.path: /checkout/ }", #"{ data.vip: "yes" }"#, "{ data.vip: true }",
    #"{ data.title: "What (really)?" }"#, "{ data.items.0.id: 5 }", "{ data.language: C++ }", "{ data.range: 10-20 }",
    "{ data.version: 1.2.3 }",
    #"{ data.n: { in: [1, 2], not: 2 } }"#, #"{ type: "user.*", not: { type: user.test } }"#,
    #"{ type: "user.*", any: [ { type: user.a } ] }"#,
    #"{ data.n: { exists: true, not: { glob: "x*" } } }"#, "{ during: office }", "{ data.plan: \"${TOKEN}\" }",
  ])
  func whatIsMeantIsSilent(match: String) throws { #expect(try warnings(match) == []) }

  @Test func whatATargetMayComeTo() throws {
    func told(_ only: String) throws -> [String] {
      let yaml = "transports: { hook: { use: webhook, url: \"https://h\" } }\nunrouted: { hook: { path: \"{{data.p}}\", only: \(only) } }"
      return try load(yaml).get().warnings.compactMap(\.hint)
    }
    #expect(try told(#""shops/*|orders/*""#) == [#"write a list: ["shops/*", "orders/*"]"#])
    #expect(try told(#"["{shops,orders}/x"]"#) == ["write a list: [shops/x, orders/x]"])
    #expect(try told(#""^shops/.*$""#) == [#"only takes globs: write "shops/**""#])
    #expect(try told(#"["shops/*", "*@example.com", "*", "!x", "a?"]"#) == [])
  }

  @Test func aFallbackThatNeverComes() throws {
    for row in [
      "to: people, fallback: people", "to: people, fallback: log", "to: log, fallback: people", "to: both, fallback: [log]",
      "to: [log, spare], fallback: both", "to: duty, fallback: { mail: { to: d@e.f } }",
    ] {
      let found = try warnings("{ type: a }", row: row)
      #expect(found.count == 1 && found.first?.contains("this never comes: the row goes there already") == true, "\(row): \(found)")
    }
    for row in [
      "to: people, fallback: spare", "to: log, fallback: both", "to: duty, fallback: { mail: { to: x@y.z } }", "to: log, fallback: [spare]",
    ] {
      #expect(try warnings("{ type: a }", row: row) == [], "\(row)")
    }
  }

  @Test func aTestThatDependsOnTheHour() throws {
    func told(_ test: String, match: String = "{ type: a, during: office }") throws -> [String] {
      try warnings(match, rest: "tests: [ { event: { \(test), expect: { ops: [log], all: [people, both, spare, duty] } } ]")
    }
    #expect(try told("type: a }").first?.contains("it passes at some hours only: a row of ops (bellhop.yaml:4) asks a calendar") == true)
    for test in ["type: b }", "type: a }, at: 2026-11-23T09:30:00Z", "type: a, time: 2026-11-23T09:30:00Z }"] {
      #expect(try told(test) == [], "\(test)")
    }
    #expect(try told("type: a }", match: "{ any: [ { type: a }, { during: office } ] }") == [], "the hour decides nothing")
    #expect(try told("type: a }", match: "{ any: [ { type: b }, { outside: office } ] }").count == 1)
  }

  /// The event's own time is when it happens, for calendars too.
  @Test func aTestHappensAtTheTimeOfItsEvent() throws {
    let yaml =
      "transports: { log: { use: stdout } }\nunrouted: log\ntests: [ { event: { type: a, time: 2026-01-01T00:00:00Z }, expect: {} } ]"
    #expect(try load(yaml).get().tests.first?.at?.rfc3339 == "2026-01-01T00:00:00.000Z")
  }

  @Test(arguments: [
    ("BST", "write Europe/London"), ("EST", "write America/New_York"), ("MST", "write America/Denver"), ("CET", "write Europe/Berlin"),
    ("pst", "write America/Los_Angeles"), ("UTC+2", "write a place"), ("GMT-7", "write a place"), ("+02:00", "write a place"),
    ("Etc/GMT+2", "write a place"), ("Berlin", "did you mean Europe/Berlin?"), ("New York", "did you mean America/New_York?"),
    ("Europe/Berln", "did you mean Europe/Berlin?"), ("local", "write a place"),
  ])
  func onlyPlacesAreZones(zone: String, hint: String) {
    guard case .failure(let mistakes) = load("transports: { log: { use: stdout } }\nunrouted: log\ncalendars: { o: { zone: \"\(zone)\" } }")
    else {
      Issue.record("\(zone) is taken")
      return
    }
    #expect(mistakes.all.count == 1 && mistakes.all[0].hint?.hasPrefix(hint) == true && mistakes.all[0].column == 25, "\(mistakes)")
  }

  @Test(arguments: ["UTC", "GMT", "Europe/London", "America/Argentina/Buenos_Aires", "Etc/UTC"]) func placesAre(zone: String) throws {
    #expect(try load("transports: { log: { use: stdout } }\nunrouted: log\ncalendars: { o: { zone: \(zone) } }").get().calendars.count == 1)
  }
}
