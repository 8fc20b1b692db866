import Bellhop
import Matching
import Pacing
import Routing

/// Reads the noise rules of a row.
enum NoiseReader {
  /// Keys of a row that this reads.
  static let keys = ["by", "resolves", "muted_while", "settle", "dedupe", "flap", "throttle", "digest", "until_ack", "keys"]

  static let settle = ["for", "unless"]
  static let dedupe = ["by", "within", "unless"]
  static let flap = ["half_life", "start", "stop"]
  static let throttle = ["max", "per", "by", "unless"]
  static let digest = ["every", "at", "days", "zone", "by", "max", "empty", "unless"]
  static let untilAck = ["every", "max", "then"]
  static let muted = ["match", "type", "same", "for"]

  /// A window is no shorter than a second, and no longer than this.
  static let window: ClosedRange<Duration> = .seconds(1)...(.seconds(31 * 86_400))

  /// The rules of a row, and what it is called for them; nil where it has none.
  static func read(_ keys: Keys, row: Row, role: String, index: Int) -> PacePolicy? {
    let given = Self.keys.filter { keys[$0] != nil }
    guard !given.isEmpty else { return nil }
    if row.name == nil, let first = keys[given[0]] {
      first.mistake("a row with noise rules needs a name", hint: "add name: to the row: history, silences and state go by it")
    }
    var policy = PacePolicy(role: role, row: row.pacedName(at: index))
    if let by = keys["by"].flatMap(paths) { policy.by = by }
    policy.resolves = keys["resolves"].map(MatchReader.read)
    policy.settle = keys["settle"].flatMap(settle)
    policy.dedupe = keys["dedupe"].flatMap(dedupe)
    policy.flap = keys["flap"].flatMap(flap)
    policy.throttle = keys["throttle"].flatMap(throttle)
    policy.digest = keys["digest"].flatMap(digest)
    policy.mutedWhile = keys["muted_while"].map(mutedWhile) ?? []
    policy.untilAck = keys["until_ack"].flatMap { untilAck($0, keys, row) }
    if let most = keys["keys"]?.int(10...10_000_000) { policy.keys = most }
    if given == ["by"] {
      keys["by"]?.warning("nothing of this row goes by it", hint: "add settle:, flap: or resolves:, or remove it")
    }
    if row.alert == .loud, row.holdUntil != nil {
      keys["hold_until"]?.warning("the row is loud, and waits until the hours begin", hint: "remove one of the two")
    }
    return policy
  }

  /// `2m`, or a mapping.
  private static func settle(_ reader: Reader) -> PacePolicy.Settle? {
    if reader.node.mapping == nil { return reader.duration(window).map { PacePolicy.Settle($0) } }
    guard let keys = reader.keys(settle, of: "settle") else { return nil }
    let wait = keys.required("for", example: "2m")?.duration(window)
    let unless = keys["unless"].map(MatchReader.read)
    return wait.map { PacePolicy.Settle($0, unless: unless) }
  }

  private static func dedupe(_ reader: Reader) -> PacePolicy.Dedupe? {
    guard let keys = reader.keys(dedupe, of: "dedupe") else { return nil }
    let by = keys["by"].map(paths) ?? ["type", "subject"]
    let within = keys.required("within", example: "10m")?.duration(window)
    let unless = keys["unless"].map(MatchReader.read)
    guard let by, let within else { return nil }
    return PacePolicy.Dedupe(by: by, within: within, unless: unless)
  }

  private static func flap(_ reader: Reader) -> PacePolicy.Flap? {
    guard let keys = reader.keys(flap, of: "flap") else { return nil }
    let halfLife = keys["half_life"].map { $0.duration(window) } ?? .seconds(900)
    let start = keys["start"].map { $0.int(2...1_000) } ?? 3
    let stop = keys["stop"].map { $0.int(1...1_000) } ?? 1
    guard let halfLife, let start, let stop else { return nil }
    if stop >= start {
      (keys["stop"] ?? reader).mistake("it stops at \(stop), which is not below start: \(start)", hint: "write a smaller number, such as 1")
      return nil
    }
    return PacePolicy.Flap(halfLife: halfLife, start: Double(start), stop: Double(stop))
  }

  private static func throttle(_ reader: Reader) -> PacePolicy.Throttle? {
    guard let keys = reader.keys(throttle, of: "throttle") else { return nil }
    let max = keys.required("max", example: "5")?.int(1...10_000)
    let per = keys.required("per", example: "10m")?.duration(window)
    let by = keys["by"].map(paths) ?? []
    let unless = keys["unless"].map(MatchReader.read)
    guard let max, let per, let by else { return nil }
    return PacePolicy.Throttle(max: max, per: per, by: by, unless: unless)
  }

  private static func digest(_ reader: Reader) -> PacePolicy.Digest? {
    guard let keys = reader.keys(digest, of: "digest") else { return nil }
    let by = keys["by"].map(paths) ?? []
    let max = keys["max"].map { $0.int(2...100_000) }
    let unless = keys["unless"].map(MatchReader.read)
    guard let by, max != .some(nil), let when = when(keys, reader) else { return nil }
    if case .daily = when, let odd = keys["by"] ?? keys["max"] {
      odd.mistake("a report is one for the row, and waits for its hour", hint: "remove it, or write every: in place of at:")
      return nil
    }
    return PacePolicy.Digest(when, by: by, max: max ?? nil, unless: unless)
  }

  private static func when(_ keys: Keys, _ reader: Reader) -> PacePolicy.Digest.When? {
    switch (keys["every"], keys["at"]) {
    case (let every?, nil):
      for key in ["days", "zone", "empty"] { keys[key]?.mistake("it goes with at: only", hint: "remove it") }
      return every.duration(window).map { .every($0) }
    case (nil, let at?):
      let zone = keys.required("zone", example: "Europe/Berlin")?.string("a time zone such as Europe/Berlin")
      let days = keys["days"].map(CalendarsSection.days) ?? Set(1...7)
      let empty = keys["empty"].map { $0.bool() } ?? true
      guard let text = at.text("a time such as \"09:00\""), let zone, let days, let empty else { return nil }
      guard let minute = CalendarsSection.minutes(text.text), minute < 1_440 else {
        at.mistake("\(text.shown) is not a time of the day", hint: "write \"09:00\"")
        return nil
      }
      do throws(CronError) { return .daily(try DailyTime(minute: minute, days: days, zone: zone), empty: empty) } catch {
        (keys["zone"] ?? reader).mistake(error.description, hint: error.hint)
        return nil
      }
    case (.some, let at?):
      at.mistake("a digest has every: or at:, not both", hint: "remove one of the two")
      return nil
    case (nil, nil):
      reader.mistake("\"every\" or \"at\" is missing", hint: "for example every: 15m, or at: \"09:00\" with a zone")
      return nil
    }
  }

  private static func untilAck(_ reader: Reader, _ row: Keys, _ read: Row) -> PacePolicy.UntilAck? {
    for other in ["digest", "throttle"] where row[other] != nil {
      reader.mistake(
        "it does not go together with \(other):", hint: "what waits to be told in one message cannot be acknowledged: remove one")
    }
    if read.alert != .loud {
      reader.warning("the row is not loud, and is told again and again", hint: "add alert: loud, or remove until_ack:")
    }
    guard let keys = reader.keys(untilAck, of: "until_ack") else { return nil }
    let every = keys.required("every", example: "5m")?.duration(window)
    let max = keys.required("max", example: "6")?.int(1...1_000)
    guard let every, let max else { return nil }
    if max == 1, keys["then"] == nil {
      (keys["max"] ?? reader).mistake("it would be told once, and nothing follows", hint: "write 2 or more, or add then:")
      return nil
    }
    return PacePolicy.UntilAck(every: every, max: max, escalates: keys["then"] != nil)
  }

  /// Who is told in the end where nobody acknowledges it.
  static func escalation(_ reader: Reader?) -> [Route] {
    // What else stands in it is read with the other rules.
    guard let reader, let then = reader.node["then"] else { return [] }
    return RouteReader.routes(reader.below("then", then))
  }

  private static func mutedWhile(_ reader: Reader) -> [PacePolicy.MutedWhile] {
    (reader.elements("a mapping such as { type: db.down, for: 1h }, or a list of them") ?? []).compactMap { element in
      guard let keys = element.keys(muted, of: "muted_while") else { return nil }
      let same = keys["same"].map(paths) ?? []
      let length = keys.required("for", example: "1h")?.duration(window)
      guard let same, let length else { return nil }
      switch (keys["type"], keys["match"]) {
      case (let type?, nil):
        guard let globs = type.globs(of: .type) else { return nil }
        return PacePolicy.MutedWhile(
          cause: .type(globs), same: same, length: length, label: globs.map(\.pattern).joined(separator: " or "))
      case (nil, let match?):
        let cause = MatchReader.read(match)
        return PacePolicy.MutedWhile(cause: cause, same: same, length: length, label: cause.description)
      default:
        element.mistake("it needs type: or match:, and one of them only", hint: "for example type: db.down")
        return nil
      }
    }
  }

  /// One or several values of events.
  private static func paths(_ reader: Reader) -> [String]? {
    let found = (reader.elements("the name of a value in events, or a list of them") ?? []).map(FieldReader.path)
    return found.isEmpty || found.contains(nil) ? nil : found.compactMap(\.self)
  }
}
