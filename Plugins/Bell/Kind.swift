import Bellhop

/// The kind `bell`: something that moves when a GPIO line of this machine does, such as a service bell with a solenoid.
public enum BellKind {
  /// The kind as the gateway registers it.
  /// - Parameter root: where `/sys` and `/dev` begin; another folder is for tests.
  public static func kind(root: String = "") -> Kind {
    Kind(
      name: "bell", doc: "A service bell on a GPIO line of this machine, a Raspberry Pi for example.",
      notes: ["loud rings twice, normal once, quiet not at all."], settings: settings, target: target,
      // Nobody hears more than that, and a ring of two minutes ago is no news.
      defaults: Kind.Defaults(
        rate: Rate(6, per: .seconds(60)), concurrency: 1, parallel: 1, timeout: .seconds(30), repeat: false, stale: .seconds(120)),
      check: check, checkTarget: checkTarget
    ) { BellTransport($0, places: Places(root: root)) }
  }

  private static let settings: [Field] = [
    Field("line", .int(0...1_023), required: true, doc: "The line on its chip: the BCM number on a Raspberry Pi.", example: "17"),
    Field("chip", .string, doc: "The chip's label or its beginning; default: a Raspberry Pi's.", example: "pinctrl-bcm2835"),
    Field(
      "ring", .list(.duration), value: .list([.duration(.milliseconds(80))]), doc: "On, off, on …: how it rings.",
      example: "[80ms, 300ms, 80ms]"),
    Field("active_low", .bool, value: .bool(false), doc: "Whether the bell moves when the line is low.", example: "true"),
    Field(
      "max_on", .duration, value: .duration(.milliseconds(500)), doc: "The line is never on for longer, whatever happens; 10s at most.",
      example: "200ms"),
    Field("pause", .duration, value: .duration(.seconds(1)), doc: "Between two rings.", example: "3s"),
    Field(
      "backend", .choice(["auto", "sysfs", "cdev"]), value: .string("auto"),
      doc: "How the line is reached: by /sys/class/gpio, by /dev/gpiochipN, or by the first of them that works.", example: "cdev"),
  ]

  private static let target: [Field] = [
    Field("ring", .list(.duration), doc: "How it rings for these messages.", example: "[80ms, 100ms, 80ms]")
  ]

  /// `max_on` in milliseconds.
  static func mostOn(_ values: Values) -> Int { Int((values.duration("max_on") ?? .milliseconds(500)).microseconds / 1_000) }

  static func durations(_ values: [Value]?) -> [Duration] {
    (values ?? []).compactMap { if case .duration(let duration) = $0 { duration } else { nil } }
  }

  static func durations(_ json: JSON?) -> [Duration] {
    (json?.array?.map(\.plain) ?? json.map { [$0.plain] } ?? []).compactMap { Duration(parsing: $0) }
  }

  private static func check(_ values: Values) -> [SettingMistake] {
    var problems: [SettingMistake] = []
    let most = mostOn(values)
    if !(1...10_000).contains(most) {
      problems.append(
        SettingMistake(at: ["max_on"], "is not between 1ms and 10s", hint: "a solenoid burns when it stays on: 500ms is plenty"))
    }
    if let problem = RingPattern(durations(values.list("ring")))?.problem(mostOn: most) {
      problems.append(SettingMistake(at: ["ring"], problem.text, hint: problem.hint))
    }
    return problems
  }

  private static func checkTarget(_ target: Target, _ values: Values) -> [SettingMistake] {
    guard let problem = RingPattern(durations(target["ring"]))?.problem(mostOn: mostOn(values)) else { return [] }
    return [SettingMistake(at: ["ring"], problem.text, hint: problem.hint)]
  }
}
