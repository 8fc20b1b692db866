import Bellhop
import Deciding
import Matching
import Store
import Templates
import Testing

@testable import Routing

/// A wrong text is a time that no test expects.
func moment(_ text: String) -> Timestamp { Timestamp(rfc3339: text) ?? Timestamp(microseconds: .min) }

let now = moment("2026-11-24T03:00:00Z")

func made(
  _ type: String, _ data: JSON.Object = [:], subject: String? = nil, severity: Severity = .info, sender: String = "shop",
  source: String = "web"
) -> Event {
  Event(id: "1", sender: sender, source: source, type: type, subject: subject, severity: severity, time: now, data: data)
}

func globs(_ patterns: String...) -> [Glob] { patterns.map { Glob($0) } }

/// The house of these tests: two chats, a mail and a bell.
struct House {
  var channels: [String: [ChannelPlace]] = [
    "critical": [
      ChannelPlace(Place(transport: "chat", target: Target(["channel": "#critical"]))),
      ChannelPlace(Place(transport: "mail", target: Target(["to": ["oncall@x.y"]]))),
    ],
    "money": [ChannelPlace(Place(transport: "chat", target: Target(["channel": "#money"])))],
    "cash": [ChannelPlace(Place(transport: "chat", target: Target(["channel": "#money"])))],
    "shops": [
      ChannelPlace(Place(transport: "chat", target: Target(["channel": "#shop-{{data.shop}}", "icon": ":x:"])), only: globs("#shop-*"))
    ],
  ]
  var calendars: [Calendar] = [
    try? Calendar(name: "office", days: [1, 2, 3, 4, 5], from: 540, to: 1_080, zone: "America/Denver"),
    try? Calendar(name: "always", days: Set(1...7), from: 0, to: 1_440, zone: "UTC"),
  ].compactMap(\.self)
  var unrouted: [Route] = []

  func router(_ tables: [Table]) -> Router {
    let directory = Directory(channels: channels, transports: ["chat", "mail", "bell", "log"]) { _, target in
      target["channel"]?.string == "#shop-bad" ? "#shop-bad is archived" : nil
    }
    return Router(tables: tables, calendars: calendars, directory: directory, unrouted: unrouted)
  }

  func plan(_ tables: [Table], _ event: Event, at time: Timestamp = now) -> Plan { router(tables).plan(event, at: time) }
}

@Suite struct RouterTests {
  let house = House()

  private func row(
    _ match: Match = .all([]), _ to: String..., alert: Alert = .normal, name: String? = nil, continue: Bool = false, hold: String? = nil,
    fallback: [Route] = []
  ) -> Row {
    Row(name: name, match: match, to: to.map(Route.channel), alert: alert, continue: `continue`, holdUntil: hold, fallback: fallback)
  }

  private func states(_ plan: Plan) -> [String] {
    plan.deliveries.map { "\($0.role) \($0.destination.description) \($0.alert.word) \($0.state.word)\($0.note.map { ": " + $0 } ?? "")" }
  }

  /// What came with marks is shown with them, unless a row says something of its own.
  @Test func aTextWithMarksIsRenderedWithThem() throws {
    var event = made("a")
    event.body = Text([.bold([.text("loud")])])
    func texts(_ title: String?, _ text: String?) throws -> [Text?] {
      var row = row(.all([]), "money")
      row.title = try title.map { source throws(TemplateError) in try Template(source) }
      row.text = try text.map { source throws(TemplateError) in try Template(source) }
      return house.plan([Table(role: "r", rows: [row])], event).deliveries.map { $0.rendering?.text }
    }
    #expect(try texts(nil, nil) == [event.body] && texts("News", nil) == [event.body])
    #expect(try texts(nil, "own") == [Text(literal: "own")])
  }

  @Test func firstMatchWinsInEachRole() {
    let tables = [
      Table(role: "devops", rows: [row(.type(globs("server.*")), "critical"), row(.all([]), "money")]),
      Table(role: "finance", rows: [row(.type(globs("money.*")), "money")]),
      Table(role: "support", rows: [row(.not(.type(globs("x"))), "money", continue: true), row(.all([]), "critical")]),
    ]
    #expect(
      states(house.plan(tables, made("server.down"))) == [
        "devops critical/chat normal waiting", "devops critical/mail normal waiting", "support money normal waiting",
        "support critical/chat normal folded: same target as role devops",
        "support critical/mail normal folded: same target as role devops",
      ])
    let plan = house.plan(Array(tables[1...1]), made("server.down"))
    #expect(plan == Plan(fate: .unrouted))
    #expect(house.plan(tables, made("server.down")).deliveries[0].destination.among == ["chat", "mail"])
  }

  @Test func unrouted() {
    var house = house
    house.unrouted = [.channel("money")]
    let plan = house.plan([Table(role: "a", rows: [row(.type(globs("x")), "critical")])], made("y"))
    #expect(plan.fate == .unrouted && states(plan) == [" money normal waiting"])
  }

  @Test func loudestAlertWins() throws {
    let tables = [
      Table(role: "a", rows: [row(.all([]), "money", alert: .quiet, fallback: [.channel("critical")])]),
      Table(role: "b", rows: [Row(match: .all([]), to: [.channel("cash")], alert: .loud, text: try Template("loud {{type}}"))]),
      Table(role: "c", rows: [row(.all([]), "money", alert: .loud)]),
    ]
    let plan = house.plan(tables, made("t"))
    #expect(
      states(plan) == [
        "a money quiet folded: same target as role b", "b cash loud waiting", "c money loud folded: same target as role b",
      ])
    #expect(plan.deliveries[1].rendering?.text == Text([.text("loud t")]) && plan.deliveries[0].rendering == nil)
    // Nobody's way out is lost with the fold.
    #expect(plan.deliveries[1].fallback.map(\.description) == ["critical/chat", "critical/mail"])
  }

  @Test func foldsInsideARole() {
    let rows = [
      row(.all([]), "money", "cash", name: "first", continue: true),
      row(.all([]), "cash", alert: .loud, name: "second"),
    ]
    #expect(
      states(house.plan([Table(role: "a", rows: rows)], made("t"))) == [
        "a money normal folded: same target as row second", "a cash normal folded: same target as row second", "a cash loud waiting",
      ])
    #expect(
      states(house.plan([Table(role: "a", rows: [row(.all([]), "money", "cash")])], made("t"))).last
        == "a cash normal folded: same target as another of this row")
  }

  @Test func templatedTargets() {
    let inline = TargetTemplate(Target(["channel": "#{{subject}}", "extra": "kept"]), only: globs("#a*"))
    let tables = [
      Table(role: "a", rows: [row(.all([]), "shops")]),
      Table(role: "b", rows: [Row(to: [.transport("chat", inline), .transport("log", TargetTemplate())])]),
    ]
    let good = house.plan(tables, made("t", ["shop": "7"], subject: "ann"))
    #expect(
      states(good) == [
        "a shops #shop-7 normal waiting", "b chat channel=#ann extra=kept normal waiting", "b log normal waiting",
      ])
    #expect(good.deliveries[0].destination.target == Target(["channel": "#shop-7"]))
    for (data, subject, note) in [
      (["shop": "7.8"] as JSON.Object, "ann", "channel: #shop-7.8 is not in only: #shop-*"),
      ([:], "ann", "channel: the event has no data.shop"),
      (["shop": ""], "ann", "channel: the event has no data.shop"), (["shop": "a\n"], "ann", "channel: #shop-a  holds a control character"),
      (["shop": "bad"], "ann", "#shop-bad is archived"),
    ] {
      let plan = house.plan(tables, made("t", data, subject: subject))
      #expect(plan.fate == .planned && plan.deliveries[0].state == .dead && plan.deliveries[0].note == note)
      // What a retry by hand would use is the text as written, never the refused value.
      #expect(plan.deliveries[0].destination.target == Target(["channel": "#shop-{{data.shop}}"]))
      #expect(plan.deliveries[1].state == .waiting)
    }
    let alone = house.plan([tables[0]], made("t"))
    #expect(alone.fate == .unplannable && alone.note?.hasSuffix("channel: the event has no data.shop") == true)
    // Kept, so that `bellhop dead` shows it and a retry finds it.
    #expect(states(alone) == ["a shops #shop-{{data.shop}} normal dead: channel: the event has no data.shop"])
    #expect(alone.note == "role a, a row without a name: channel: the event has no data.shop")
  }

  /// A message of another gateway: no table is asked, and what its row made of it stands.
  @Test func messagesOfAnotherGateway() {
    let rendering = Rendering(title: Text(literal: "New!"))
    func plan(_ route: Route) -> Plan {
      house.router([Table(role: "a", rows: [row(.all([]), "money")])]).plan(
        made("t"), to: route, role: "office", row: "sign-ups", alert: .loud, rendering: rendering)
    }
    let both = plan(.channel("critical"))
    #expect(both.fate == .planned)
    #expect(states(both) == ["office critical/chat loud waiting", "office critical/mail loud waiting"])
    #expect(both.deliveries.allSatisfy { $0.row == "sign-ups" && $0.rendering == rendering })
    #expect(states(plan(.transport("log", TargetTemplate()))) == ["office log loud waiting"])
    #expect(plan(.channel("shops")).fate == .unplannable, "the target cannot be filled: it is kept and told")
  }

  @Test func fallbacksSkipWhereItGoesAlready() {
    let mail = Route.transport("mail", TargetTemplate(Target(["to": ["oncall@x.y"]])))
    let bell = Route.transport("bell", TargetTemplate())
    let both = house.plan(
      [Table(role: "a", rows: [row(.all([]), "critical", fallback: [mail, bell, .channel("shops"), bell])])], made("t"))
    #expect(both.deliveries.map { $0.fallback.map(\.description) } == [["bell"], ["bell"]])
    let one = house.plan([Table(role: "a", rows: [row(.all([]), "money", fallback: [.channel("critical"), mail])])], made("t"))
    #expect(one.deliveries[0].fallback.map(\.description) == ["critical/chat", "critical/mail"])
  }

  @Test func holds() {
    let night = moment("2026-11-24T03:00:00Z")
    let opening = moment("2026-11-24T16:00:00Z")
    let held = Table(role: "a", rows: [row(.all([]), "money", alert: .loud, hold: "office")])
    #expect(house.plan([held], made("t"), at: night).deliveries[0].notBefore == opening)
    #expect(house.plan([held], made("t"), at: opening).deliveries[0].notBefore == nil)
    let both = house.plan([held, Table(role: "b", rows: [row(.all([]), "money")])], made("t"), at: night)
    #expect(both.deliveries[0].notBefore == nil && both.deliveries[0].state == .waiting)
  }

  @Test func calendarsMatch() {
    let rows = [row(.during("office"), "money"), row(.outside("office"), "critical")]
    let table = Table(role: "a", rows: rows)
    #expect(house.plan([table], made("t"), at: moment("2026-11-24T16:00:00Z")).deliveries.count == 1)
    #expect(house.plan([table], made("t"), at: moment("2026-11-24T15:59:59Z")).deliveries.count == 2)
  }

  @Test func rendering() throws {
    let row = Row(
      to: [.channel("money")], title: try Template("**{{type}}**"), text: try Template("{{data.t}}"),
      fields: [.init(label: "Who", template: try Template("{{subject}}"))],
      links: [
        .init(label: "Good", template: try Template("https://x/{{subject}}")), .init(label: "Bad", template: try Template("{{data.url}}")),
        .init(label: "None", template: try Template("{{data.no}}")),
      ])
    let plan = house.plan([Table(role: "a", rows: [row])], made("t", ["t": "*x*", "url": "javascript:1"], subject: "a b"))
    #expect(
      plan.deliveries[0].rendering
        == Rendering(
          title: Text([.bold([.text("t")])]), text: Text([.text("*x*")]),
          fields: [.init(name: "Who", value: Text([.text("a b")])), .init(name: "Bad", value: Text([.text("javascript:1")]))],
          links: [.init(label: "Good", url: "https://x/a%20b")]))
  }

  /// A star of `only` is one level of a path.
  @Test func onlyStopsAtSlashes() {
    func note(_ field: String, _ pattern: String, _ value: String) -> String? {
      let target = TargetTemplate(Target([field: "{{data.v}}"]), only: globs(pattern))
      return house.plan([Table(role: "a", rows: [Row(to: [.transport("log", target)])])], made("t", ["v": .string(value)])).deliveries[0]
        .note
    }
    #expect(note("path", "shops/*", "shops/1") == nil && note("path", "shops/**", "shops/1/orders/9") == nil)
    #expect(note("path", "shops/*", "shops/1/orders/9/delete") == "path: shops/1/orders/9/delete is not in only: shops/*")
    #expect(note("topic", "people/*", "people/a/b/c") == "topic: people/a/b/c is not in only: people/*")
  }

  /// All texts of a row share one budget, and what a target cannot hold goes nowhere.
  @Test func renderingsEnd() throws {
    let big = try Template("{{data.big}}")
    let row = Row(
      to: [.channel("money")], title: big, text: big, fields: (0..<10).map { .init(label: "f\($0)", template: big) },
      links: [.init(label: "a", template: try Template("https://x/{{data.big}}")), .init(label: "b", template: try Template("https://x/"))])
    let event = made("t", ["big": .string(String(repeating: "x", count: 200_000))])
    let rendering = try #require(house.plan([Table(role: "a", rows: [row])], event).deliveries[0].rendering)
    #expect(rendering.title?.plain == String(repeating: "x", count: TemplateLimits.text) + "…")
    #expect(rendering.fields[1].value.plain.utf8.count == TemplateLimits.text + 3 && rendering.fields[2].value.plain == "…")
    #expect(rendering.fields.count == 12 && rendering.links.isEmpty && rendering.json.text.utf8.count < TemplateLimits.rendering + 1_000)
    let target = TargetTemplate(Target(["channel": "#{{data.big}}"]), only: globs("**"))
    let delivery = house.plan([Table(role: "a", rows: [Row(to: [.transport("chat", target)])])], event).deliveries[0]
    #expect(delivery.state == .dead && delivery.note?.contains("is longer than 64 KiB") == true)
  }

  @Test func values() throws {
    // Beyond 64 bits two numbers are equal where their digits are, and are compared with limits as doubles.
    let huge = try JSON(parsing: "18446744073709551615")
    let same = try JSON(parsing: "1844674407370955161.5e1")
    let less = try JSON(parsing: "18446744073709551614")
    let data: JSON.Object = [
      "n": 5, "d": 5.0, "s": "5", "b": true, "null": .null, "u": ["id": "x.y"], "l": [1, "a"], "big": 9_007_199_254_740_993, "huge": huge,
    ]
    func passes(_ path: String, _ tests: ValueTest...) -> Bool {
      Match.data(path.split(separator: ".").map(String.init), tests).miss(
        at: MatchContext(event: made("t", data), time: now, calendars: [:]))
        == nil
    }
    #expect(
      passes("n", .equals(5)) && passes("n", .equals(5.0)) && passes("d", .equals(5)) && !passes("n", .equals("5"))
        && passes("s", .equals("5")))
    #expect(passes("big", .equals(9_007_199_254_740_993)) && !passes("big", .equals(9_007_199_254_740_992)))
    #expect(passes("huge", .equals(huge)) && passes("huge", .equals(same)) && !passes("huge", .equals(less)))
    #expect(!passes("huge", .equals(.double(18_446_744_073_709_551_616))))
    #expect(passes("huge", .greater(1e18)) && !passes("huge", .less(1e18)) && passes("huge", .glob(Glob("18446744073709551615"))))
    #expect(passes("b", .equals(true)) && passes("null", .equals(.null)) && passes("null", .exists(true)) && passes("no", .exists(false)))
    #expect(
      !passes("no", .equals(.null)) && passes("no", .not([.equals(1)])) && !passes("no", .exists(true)) && !passes("n", .exists(false)))
    #expect(
      passes("n", .less(6), .greater(9)) && !passes("n", .all([.less(6), .greater(5)]))
        && passes("n", .all([.lessOrEqual(5), .greaterOrEqual(5)])))
    #expect(!passes("s", .less(6)) && passes("u.id", .glob(Glob("x.*"))) && !passes("u", .glob(Glob("**"))) && passes("l.1", .equals("a")))
    #expect(try passes("u.id", .regex(Pattern("^x"))) && passes("n", .regex(Pattern("5"))) && !passes("no", .regex(Pattern(""))))
    #expect(!passes("no", .glob(Glob("**"))) && passes("l", .equals([1, "a"])))
  }

  /// Tags and their like: it is enough that one of them passes, and none may pass what is inside `not`.
  @Test func listsInData() throws {
    let many = [JSON](repeating: "x", count: 99) + ["last", "beyond"]
    let data: JSON.Object = ["tags": ["vip", "eu", 7], "none": [], "deep": [["vip"]], "many": .array(many)]
    func passes(_ path: String, _ test: ValueTest) -> Bool {
      let table = Table(role: "r", rows: [Row(match: .data([path], [test]), to: [.transport("log", TargetTemplate())])])
      let router = Router(tables: [table], calendars: [], directory: Directory(channels: [:], transports: ["log"]), unrouted: [])
      return !router.plan(made("t", data), at: now).deliveries.isEmpty
    }
    #expect(passes("tags", .equals("vip")) && passes("tags", .equals(7)) && passes("tags", .greater(6)) && !passes("tags", .equals("us")))
    #expect(try passes("tags", .glob(Glob("v*"))) && passes("tags", .regex(Pattern("^e"))) && !passes("tags", .glob(Glob("us*"))))
    #expect(!passes("tags", .not([.equals("vip")])) && passes("tags", .not([.equals("us")])) && passes("tags", .exists(true)))
    #expect(passes("none", .exists(true)) && !passes("none", .glob(Glob("**"))) && passes("none", .not([.equals("vip")])))
    #expect(!passes("deep", .equals("vip")) && passes("deep", .equals(["vip"])) && passes("deep", .equals([["vip"]])))
    #expect(passes("many", .equals("last")) && !passes("many", .equals("beyond")))
  }

  /// What is dead from the start goes over to its fallback at once, unless the event goes there anyway.
  @Test func aRefusedTargetHasItsFallback() {
    let log = Row(match: .type(globs("both")), to: [.transport("log", TargetTemplate())])
    let fallback: [Route] = [.transport("log", TargetTemplate()), .transport("bell", TargetTemplate())]
    let shops = Row(name: "shops", to: [.channel("shops")], alert: .loud, text: try? Template("{{type}}!"), fallback: fallback)
    let tables = [Table(role: "a", rows: [shops]), Table(role: "b", rows: [log])]
    let alone = house.plan(tables, made("one"))
    #expect(
      states(alone) == [
        "a shops #shop-{{data.shop}} loud dead: channel: the event has no data.shop", "a log loud waiting", "a bell loud waiting",
      ])
    #expect(alone.fate == .planned && alone.deliveries[1].rendering?.text?.plain == "one!" && alone.deliveries[1].fallback.isEmpty)
    #expect(states(house.plan(tables, made("both"))).suffix(2) == ["b log normal waiting", "a bell loud waiting"])
  }

  /// Ops widen `only`, or the row says another target: a retry by hand goes where the file in force sends it, and nowhere else.
  @Test func aRefusedTargetIsFilledAnew() {
    let inline = TargetTemplate(Target(["channel": "#{{subject}}"]), only: globs("#a*"))
    let tables = [Table(role: "a", rows: [row(.all([]), "shops"), Row(to: [.transport("chat", inline)])])]
    let event = made("t", ["shop": "7"], subject: "ann")
    let router = house.router(tables)
    let shops = Destination(channel: "shops", among: ["mail"], transport: "chat", target: Target(["channel": "#shop-{{data.shop}}"]))
    #expect(router.refill(shops, of: event, role: "a")?.target == Target(["channel": "#shop-7"]))
    #expect(router.refill(shops, of: made("t", ["shop": "7.8"]), role: "a") == nil)
    #expect(router.refill(shops, of: made("t", ["shop": "bad"]), role: "a") == nil)
    let chat = Destination(transport: "chat", target: inline.target)
    #expect(router.refill(chat, of: event, role: "a")?.target == Target(["channel": "#ann"]))
    #expect(router.refill(chat, of: event, role: "b") == nil, "another role's row says which values may come")
    #expect(router.refill(chat, of: made("t", subject: "bob"), role: "a") == nil)
    #expect(router.refill(Destination(channel: "money", transport: "chat"), of: event, role: "a") == nil, "nothing to fill")
  }

  /// Several recipients are several deliveries; the same one by two ways is one.
  @Test func elementsOfAListAreDeliveriesOfTheirOwn() {
    let to: JSON = ["a@x", "b@x"]
    let channels = [
      "both": [ChannelPlace(Place(transport: "mail", target: Target(["to": to])))],
      "one": [ChannelPlace(Place(transport: "mail", target: Target(["to": ["b@x"]])))],
      "named": [ChannelPlace(Place(transport: "mail", target: Target(["to": ["{{data.to}}", "b@x"]])), only: [Glob("*@x")])],
    ]
    let directory = Directory(channels: channels, transports: ["mail"], expands: ["mail": "to"])
    func plan(_ to: [Route], fallback: [Route] = []) -> [PlannedDelivery] {
      let router = Router(
        tables: [Table(role: "r", rows: [Row(match: .all([]), to: to, fallback: fallback)])], calendars: [], directory: directory,
        unrouted: [])
      return router.plan(Event(id: "1", sender: "s", source: "s", type: "t", time: now, text: "", data: ["to": "c@x"]), at: now).deliveries
    }
    func lanes(_ deliveries: [PlannedDelivery]) -> [String] {
      deliveries.filter { $0.state == .waiting }.compactMap { try? directory.place(of: $0.destination).get().lane }
    }
    #expect(lanes(plan([.channel("both")])) == ["mail [\"a@x\"]", "mail [\"b@x\"]"])
    #expect(lanes(plan([.transport("mail", TargetTemplate(Target(["to": to])))])) == ["mail [\"a@x\"]", "mail [\"b@x\"]"])
    #expect(lanes(plan([.channel("named")])) == ["mail [\"c@x\"]", "mail [\"b@x\"]"])
    let twice = plan([.channel("both"), .channel("one")])
    #expect(twice.map(\.state) == [.waiting, .waiting, .folded])
    #expect(plan([.channel("one")], fallback: [.channel("both")]).first?.fallback.count == 1, "b@x hears of it already")
  }

  /// A reload between the wish and the store's turn: what was wished for a channel that is gone is wished anew, and so is nothing else.
  @Test func whatWasWishedUnderOldTablesIsWishedAnew() {
    struct NoStates: StateReading {
      func state(_ key: String) -> KeptState? { nil }
      func event(_ sequence: Int64) -> StoredEvent? { nil }
    }
    let old = TableDecider(house.router([Table(role: "a", rows: [row(.all([]), "money")])]), generation: 4)
    let new = TableDecider(house.router([Table(role: "b", rows: [row(.all([]), "critical")])]), generation: 5)
    let turn = StoreTurn(sequence: 1, received: now)
    let arrival = Arrival(event: made("t"), wish: old.wish(made("t"), at: now))
    #expect(old.decide(arrival, in: turn, NoStates()).plan.deliveries.map(\.role) == ["a"])
    #expect(new.decide(arrival, in: turn, NoStates()).plan.deliveries.map(\.role) == ["b", "b"])
    // What another gateway sent goes where it was sent.
    let relayed = Arrival(event: made("t"), plan: arrival.wish.plan)
    #expect(new.decide(relayed, in: turn, NoStates()).plan.deliveries.map(\.role) == ["a"])
  }
}
