import Bellhop
import Matching
import Pacing
import Routing
import Settings

/// The noise rules that stand on the rows which take an event: the tables alone do not tell that people may hear of it later, or not at all.
struct RuleLines {
  /// Each row once, in the order of the roles.
  let rows: [(role: String, row: String, rules: String)]

  init(_ explanation: Explanation, _ configuration: Configuration) {
    var rows: [(role: String, row: String, rules: String)] = []
    for role in explanation.roles {
      for won in role.won {
        guard let name = won.name,
          let policy = configuration.policies.first(where: { $0.role == role.name && $0.row == name }), !policy.rules.isEmpty
        else { continue }
        rows.append((role.name, name, policy.rules.joined(separator: ", ")))
      }
    }
    self.rows = rows
  }

  /// Behind the explanation.
  var text: String {
    guard !rows.isEmpty else { return "" }
    return "\nnoise rules, which see what came before\n"
      + rows.map { "  \($0.role), \($0.row): \($0.rules)".readableLine }.joined(separator: "\n")
      + "\n"
  }

  /// `rules: [{role, row, rules}]`, where there are any.
  func added(to json: JSON) -> JSON {
    guard !rows.isEmpty, case .object(var object) = json else { return json }
    object["rules"] = .array(rows.map { ["role": .string($0.role), "row": .string($0.row), "rules": .string($0.rules)] })
    return .object(object)
  }
}

extension PacePolicy {
  /// The rules of the row in few words, in the order in which an event meets them.
  var rules: [String] {
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
    if let untilAck { rules.append("until_ack every \(untilAck.every.short), up to \(untilAck.max) times") }
    return rules
  }
}
