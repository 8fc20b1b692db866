import Bellhop
import Deciding
import Routing
import Templates

@testable import Courier

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

  /// By the number of their configuration.
  static let routers: [Router] = (0..<4).map { number in
    Router(
      tables: tables, calendars: [], directory: roster(number).directory, unrouted: [.channel("both"), .transport("log", TargetTemplate())])
  }

  /// What the store asks in its turn, by the number of the configuration in force.
  static let deciders: [TableDecider] = routers.enumerated().map { TableDecider($0.element, generation: $0.offset) }

  /// What an app tells: sometimes without what its row's target asks for.
  static func event(_ id: String, at time: Timestamp, _ dice: inout Dice) -> Event {
    let type = dice.pick(["server.down", "server.slow.query", "money.in", "money.out", "user.new", "odd"])
    var data: JSON.Object = dice.chance(0.9) ? ["channel": .string("#\(dice.below(6))")] : [:]
    if dice.chance(0.25) { data["many"] = .array(Array(repeating: 1, count: 50 + dice.below(200))) }
    return Event(id: id, sender: "shop", source: "shop", type: type, subject: "s\(dice.below(20))", time: time, data: data)
  }
}
