import Bellhop
import Deciding
import Matching
import Routing
import Templates

@testable import Courier

/// One of the configurations: where messages go, and which edition of the rules is in force.
struct Standing: Hashable {
  var roster = 0
  var edition = 0
}

/// The configurations that a simulated world switches between, and the vendors behind them.
enum Town {
  struct Unused: Transport {
    func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome { .refused(Fault(.internal, "never called")) }
  }

  static let retry = RetryPolicy(for: .seconds(600), first: .seconds(2), max: .seconds(60))

  static let policies: [String: Policy] = [
    "chat": Policy(concurrency: 1, parallel: 1, timeout: .seconds(10), retry: retry),
    "hook": Policy(rate: Rate(2, per: .seconds(1)), concurrency: 3, parallel: 5, timeout: .seconds(5), retry: retry),
    "bell": Policy(concurrency: 1, timeout: .seconds(3), retry: retry, repeats: false),
    "hung": Policy(concurrency: 2, timeout: .seconds(15), retry: retry),
    "log": Policy(concurrency: 4, timeout: .seconds(5), retry: retry),
    "old": Policy(concurrency: 2, timeout: .seconds(5), retry: retry, stale: .seconds(90)),
  ]

  private static func target(_ channel: String) -> Target { Target(["channel": .string(channel)]) }

  /// 0 is whole; in 1 `money` has moved to another vendor; in 2 it is gone, and `hook` with it; in 3 all goes to the webhook.
  static func roster(_ number: Int) -> Roster {
    func place(_ transport: String, _ channel: String, only: [Glob] = []) -> ChannelPlace {
      ChannelPlace(Place(transport: transport, target: target(channel)), only: only)
    }
    var channels: [String: [ChannelPlace]] = [
      "money": [place("chat", "#money")],
      "both": [place("chat", "#both"), ChannelPlace(Place(transport: "bell"))],
      "any": [place("hook", "{{data.channel}}", only: [Glob("#*")])],
    ]
    var names = Set(policies.keys)
    switch number {
    case 1: channels["money"] = [place("hook", "#money")]
    case 2:
      channels["money"] = nil
      channels["any"] = nil
      names.remove("hook")
    case 3:
      channels["money"] = [place("hook", "#all")]
      channels["any"] = [place("hook", "#all")]
    default: break
    }
    var ways: [String: ConfiguredTransport] = [:]
    for name in names { ways[name] = ConfiguredTransport(name: name, kind: name, transport: Unused(), policy: policies[name] ?? Policy()) }
    return Roster(directory: Directory(channels: channels, transports: names), ways: ways)
  }

  /// The tables of all rosters are the same: what they name may be gone.
  private static let tables: [Table] = {
    func row(_ types: [String], _ to: Route..., fallback: [Route] = [], alert: Alert = .normal, text: String? = nil, goOn: Bool = false)
      -> Row
    {
      Row(
        match: .type(types.map(Glob.init)), to: to, alert: alert, text: text.flatMap { try? Template($0) }, continue: goOn,
        fallback: fallback)
    }
    func direct(_ name: String) -> Route { .transport(name, TargetTemplate()) }
    let path = TargetTemplate(Target(["channel": "{{subject}}/{{data.channel}}"]), only: [Glob("s*/#*")])
    return [
      Table(
        role: "devops",
        rows: [
          row(
            ["server.down"], .channel("both"), direct("hung"), fallback: [direct("old"), .channel("money")], alert: .loud, text: "{{type}}!"
          ),
          row(["server.**"], .channel("any"), fallback: [direct("log")], goOn: true),
          row(["**"], direct("old"), fallback: [.channel("any")], alert: .quiet),
        ]),
      Table(role: "finance", rows: [row(["money.*"], .channel("money"), .transport("hook", path), fallback: [.channel("both")])]),
      Table(role: "support", rows: [row(["user.*", "server.down"], direct("log")), row(["money.*"], .channel("money"))]),
    ]
  }()

  /// The rows with rules. The last of them comes and goes.
  private static func ruled(isWhole: Bool) -> [Table] {
    func row(_ row: Rulebook.Row, _ to: Route..., alert: Alert = .normal, holdUntil: String? = nil) -> Row {
      var made = Row(
        name: row.rawValue, match: .type(row.types.map(Glob.init)), resolves: row.resolves, to: to, alert: alert,
        holdUntil: holdUntil)
      made.escalation = [.transport("old", TargetTemplate())]
      made.fallback = [.transport("log", TargetTemplate()), .channel("any")]
      return made
    }
    let log = Route.transport("log", TargetTemplate())
    return [
      Table(
        role: "oncall",
        rows: [row(.outages, .channel("money"), log, alert: .loud), row(.jobs, .channel("both")), row(.signups, .channel("any"))]),
      Table(role: "office", rows: [row(.tickets, log, holdUntil: "hours")] + (isWhole ? [row(.day, log)] : [])),
    ]
  }

  /// Open for two minutes each morning, a minute after the life begins.
  private static let calendars: [Matching.Calendar] = {
    let hours = try? CalendarHours(from: 481, to: 483)
    return hours.flatMap { try? Calendar(name: "hours", days: Set(1...7), hours: [$0], zone: "UTC") }.map { [$0] } ?? []
  }()

  /// By the number of their roster, whole and without the last row.
  private static let routers: [[Router]] = [true, false].map { isWhole in
    (0..<4).map { number in
      Router(
        tables: tables + ruled(isWhole: isWhole), calendars: calendars, directory: roster(number).directory,
        unrouted: [.channel("both"), .transport("log", TargetTemplate())])
    }
  }

  static func router(_ standing: Standing, _ rulebook: Rulebook) -> Router {
    routers[rulebook.editions[standing.edition].isWhole ? 0 : 1][standing.roster]
  }

  /// What the store asks in its turn.
  static func decider(_ standing: Standing, _ rulebook: Rulebook) -> TableDecider {
    let edition = rulebook.editions[standing.edition]
    return TableDecider(
      router(standing, rulebook), policies: edition.policies.sorted { $0.key < $1.key }.map(\.value), watches: edition.watches,
      calendars: calendars, generation: standing.roster * rulebook.editions.count + standing.edition)
  }

  /// What an app tells, half of it of these types: sometimes without what its row's target asks for.
  static func event(_ id: String, _ types: [String], at time: Timestamp, _ dice: inout Dice) -> Event {
    let type = dice.pick(dice.chance(0.4) ? plain : types)
    var data: JSON.Object = dice.chance(0.9) ? ["channel": .string("#\(dice.below(6))")] : [:]
    if dice.chance(0.25) { data["many"] = .array(Array(repeating: 1, count: 50 + dice.below(200))) }
    let subject = plain.contains(type) ? "s\(dice.below(20))" : "s\(dice.below(3))"
    // Phones without a net tell late.
    let happened = dice.chance(0.2) ? time - dice.duration(0...60) : time
    return Event(
      id: id, sender: "shop", source: "shop", type: type, subject: subject, severity: dice.pick([.info, .error, .critical]), time: happened,
      data: data)
  }

  /// What is told at once.
  private static let plain = ["server.down", "server.slow.query", "money.in", "money.out", "user.new", "odd"]
}
