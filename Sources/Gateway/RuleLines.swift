import Bellhop
import Matching
import Pacing
import Routing
import Settings
import Watching

/// The noise rules that stand on the rows which take an event, and the watches that look at it: the tables alone do not tell that people may hear of
/// it later, or not at all, or of something else because of it.
struct RuleLines {
  /// Each row once, in the order of the roles.
  let rows: [(role: String, row: String, rules: String)]
  /// In the order of the file.
  let watches: [WatchMeaning]

  init(_ explanation: Explanation, _ configuration: Configuration) {
    var rows: [(role: String, row: String, rules: String)] = []
    for role in explanation.roles {
      let table = configuration.tables.first { $0.role == role.name }
      for won in role.won {
        guard let name = won.name,
          let policy = configuration.policies.first(where: { $0.role == role.name && $0.row == name })
        else { continue }
        let rules = policy.rules(then: table?.rows.first { $0.name == name }?.escalation ?? [])
        if !rules.isEmpty { rows.append((role.name, name, rules.joined(separator: ", "))) }
      }
    }
    self.rows = rows
    watches = Watches(configuration.watches, calendars: configuration.calendars).meaning(of: explanation.event, at: explanation.time)
  }

  /// Behind the explanation.
  var text: String {
    var text = ""
    if !rows.isEmpty {
      text += "\nnoise rules, which see what came before\n" + rows.map { Self.line("\($0.role), \($0.row): \($0.rules)") }.joined()
    }
    if !watches.isEmpty {
      text +=
        "\nwatches that it touches\n" + watches.map { Self.line("\($0.watch): \($0.words), \($0.matter); may emit \($0.emits)") }.joined()
    }
    return text
  }

  private static func line(_ words: String) -> String { "  \(words)".readableLine + "\n" }

  /// `rules: [{role, row, rules}]` and `watches: [{watch, does, emits, by}]`, where there are any.
  func added(to json: JSON) -> JSON {
    guard case .object(var object) = json else { return json }
    if !rows.isEmpty {
      object["rules"] = .array(rows.map { ["role": .string($0.role), "row": .string($0.row), "rules": .string($0.rules)] })
    }
    if !watches.isEmpty {
      object["watches"] = .array(
        watches.map { one in
          let by = JSON.Object(one.key.map { .init($0.path, $0.value.map(JSON.string) ?? .null) })
          return ["watch": .string(one.watch), "does": .string(one.words), "emits": .string(one.emits), "by": .object(by)]
        })
    }
    return .object(object)
  }
}

extension WatchMeaning {
  /// Which of the watch's matters it is.
  fileprivate var matter: String {
    key.isEmpty ? "of the one matter" : "of " + key.map { "\($0.path) \($0.value ?? "(none)")" }.joined(separator: ", ")
  }
}

extension PacePolicy {
  /// The rules of the row in few words, in the order in which an event meets them.
  /// - Parameter others: who is told in the end where nobody acknowledges it.
  func rules(then others: [Route]) -> [String] {
    func by(_ paths: [String]) -> String { paths.isEmpty ? "" : " by \(paths.joined(separator: ", "))" }
    var rules = mutedWhile.map { "muted_while \($0.label) for \($0.length.short)" }
    if let settle { rules.append("settle \(settle.wait.short)") }
    if let dedupe { rules.append("dedupe within \(dedupe.within.short)\(by(dedupe.by))") }
    if let flap { rules.append("flap with a half-life of \(flap.halfLife.short)") }
    if let throttle { rules.append("throttle to \(throttle.max) per \(throttle.per.short)\(by(throttle.by))") }
    if let digest {
      switch digest.when {
      case .every(let length): rules.append("digest every \(length.short)\(by(digest.by))")
      case .daily(let time, _): rules.append("digest at \(time.words)\(by(digest.by))")
      }
    }
    if let untilAck {
      let names = others.map(\.name).joined(separator: ", ")
      rules.append("until_ack every \(untilAck.every.short), up to \(untilAck.max) times\(names.isEmpty ? "" : ", then \(names)")")
    }
    return rules
  }
}
