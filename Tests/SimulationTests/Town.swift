import Bellhop

@testable import Courier

/// The configurations that a simulated world switches between, and the vendors behind them.
enum Town {
  struct Unused: Transport {
    func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome { .refused(Fault(.internal, "never called")) }
  }

  static let retry = Policy.Retry(for: .seconds(600), first: .seconds(2), max: .seconds(60))

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
    var ways: [String: Way] = [:]
    for name in names { ways[name] = Way(name: name, kind: name, transport: Unused(), policy: policies[name] ?? Policy()) }
    return Roster(directory: Directory(channels: channels, transports: names), ways: ways)
  }

  static func destination(_ dice: inout Dice) -> Destination {
    switch dice.below(8) {
    case 0, 1: Destination(channel: "money", among: ["chat"], transport: "chat")
    case 2: Destination(channel: "both", among: ["chat", "bell"], transport: dice.pick(["chat", "bell"]))
    case 3, 4: Destination(channel: "any", among: ["hook"], transport: "hook", target: target("#\(dice.below(6))"))
    case 5: Destination(transport: "hung")
    case 6: Destination(transport: "old")
    default: Destination(transport: "log")
    }
  }
}
