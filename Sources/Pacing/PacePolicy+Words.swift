import Bellhop
import Matching

extension PacePolicy {
  /// What each rule says, in words that are the same in every process: they tell whether a rule was changed.
  package var words: [String: String] {
    var words: [String: String] = [:]
    let problem = "\(by) \(resolves?.description ?? "")"
    words["settle"] = settle.map { "\($0.wait) \(Self.said($0.unless)) \(problem)" }
    words["dedupe"] = dedupe.map { "\($0.by) \($0.within) \(Self.said($0.unless))" }
    words["flap"] = flap.map { "\($0.halfLife) \($0.start) \($0.stop) \(problem)" }
    words["throttle"] = throttle.map { "\($0.max) \($0.per) \($0.by) \(Self.said($0.unless))" }
    words["digest"] = digest.map { "\($0.when.words) \($0.by) \($0.max ?? 0) \(Self.said($0.unless))" }
    words["until_ack"] = untilAck.map { "\($0.every) \($0.max) \($0.escalates) \(problem)" }
    words["muted"] =
      mutedWhile.isEmpty ? nil : mutedWhile.map { "\($0.cause) \($0.same) \($0.length)" }.joined(separator: "; ")
    // Of the hours that it waits for a window asks anew at its end.
    words["hold"] = hold.map(\.name)
    return words
  }

  private static func said(_ match: Match?) -> String { match?.description ?? "" }
}

extension PacePolicy.Digest.When {
  fileprivate var words: String {
    switch self {
    case .every(let length): "every \(length)"
    case .daily(let time, let empty): "\(time.minute) \(time.days.sorted()) \(time.zone) \(empty)"
    }
  }
}
