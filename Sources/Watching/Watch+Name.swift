import Bellhop
import Matching

extension WatchRule {
  /// What it looks for, in order.
  var matches: [Match] {
    switch self {
    case .followUp(let after, let expect, _): [after, expect]
    case .heartbeat(let expect, _, _): [expect]
    case .sequence(let steps, _): steps
    case .count(let match, _, _): [match]
    }
  }

  /// How the kinds of rules are called in slots.
  enum Kind: String {
    case followUp = "follow-up"
    case heartbeat, sequence, count
  }

  private var kind: Kind {
    switch self {
    case .followUp: .followUp
    case .heartbeat: .heartbeat
    case .sequence: .sequence
    case .count: .count
    }
  }

  private var numbers: [JSON] {
    switch self {
    case .followUp(_, _, let within), .sequence(_, let within): [.int(within.microseconds)]
    case .heartbeat(_, .every(let period), let grace): [.int(period.microseconds), .int(grace.microseconds)]
    case .heartbeat(_, .cron(let cron), let grace): [.string(cron.text), .string(cron.zone), .int(grace.microseconds)]
    case .count(_, let atLeast, let within): [.int(Int64(atLeast)), .int(within.microseconds)]
    }
  }

  fileprivate func name(by paths: [String]) -> String {
    let all = JSON.array(numbers + paths.map(JSON.string) + matches.map(\.form))
    return "\(kind.rawValue)/\(String(fingerprint(all.text), radix: 16))"
  }
}

extension Watch {
  /// The kind of its rule and a number for all that it notices, the same in every process: another rule has other slots. What it says is not
  /// among it, so that new words change nothing.
  var ruleName: String { rule.name(by: by) }
}

extension Match {
  /// All of it, as one value.
  fileprivate var form: JSON {
    switch self {
    case .all(let parts): .array(["all"] + parts.map(\.form))
    case .any(let parts): .array(["any"] + parts.map(\.form))
    case .not(let inner): ["not", inner.form]
    case .type(let globs): .array(["type"] + globs.map { .string($0.pattern) })
    case .source(let globs): .array(["source"] + globs.map { .string($0.pattern) })
    case .sender(let globs): .array(["sender"] + globs.map { .string($0.pattern) })
    case .subject(let globs): .array(["subject"] + globs.map { .string($0.pattern) })
    case .severity(let severities): .array(["severity"] + severities.sorted().map { .string($0.word) })
    case .data(let path, let tests): .array(["data", .array(path.map(JSON.string))] + tests.map(\.form))
    case .during(let name): ["during", .string(name)]
    case .outside(let name): ["outside", .string(name)]
    }
  }
}

extension ValueTest {
  fileprivate var form: JSON {
    switch self {
    case .equals(let value): ["=", value]
    case .glob(let glob): ["glob", .string(glob.pattern)]
    case .regex(let pattern): ["regex", .string(pattern.description)]
    case .less(let limit): ["<", .double(limit)]
    case .lessOrEqual(let limit): ["<=", .double(limit)]
    case .greater(let limit): [">", .double(limit)]
    case .greaterOrEqual(let limit): [">=", .double(limit)]
    case .exists(let wanted): ["exists", .bool(wanted)]
    case .not(let tests): .array(["not"] + tests.map(\.form))
    case .all(let tests): .array(["all"] + tests.map(\.form))
    }
  }
}
