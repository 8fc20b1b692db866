import Bellhop

// How people are told what happened at a forge.
extension ForgeEvent {
  /// How forges write themselves.
  private static let names = ["github": "GitHub", "gitea": "Gitea"]

  var wording: Wording {
    switch event {
    case "ping": pinged
    case "push": pushed
    case "create", "delete": branched
    default: usual
    }
  }

  /// `acme/shop: pull request #42 opened`, what it is called, and who did it.
  private var usual: Wording {
    // A comment on it, and a review of it, are not what it is.
    let name = event == "issues" ? "issue" : words(of: event)
    let what = number.map { "\(name) #\($0)" } ?? name
    let verdict = event == "pull_request_review" ? action : conclusion.map { $0 == action ? $0 : words(of: $0) } ?? action
    let title = [what, verdict.map(words)].compactMap { $0 }.joined(separator: " ")
    let place = branch.flatMap { event.hasPrefix("check") || event.hasPrefix("workflow") || event.hasPrefix("deploy") ? "on \($0)" : nil }
    let rest = [self.title, place].compactMap { $0 }.joined(separator: " ")
    let comment = payload.words("comment.body", "review.body")
    return wording(title, rest, [comment, actor.map { "by \($0)" }])
  }

  private var pinged: Wording {
    wording("webhook added", payload.words("zen"), ["What happens here is posted to Bellhop from now on."])
  }

  private var pushed: Wording {
    let commits = payload["commits"]?.array ?? []
    let name = branch ?? "a branch"
    let who = actor ?? "somebody"
    let isForced = payload["forced"]?.bool == true
    if payload["deleted"]?.bool == true { return wording("\(who) deleted \(name)", nil, []) }
    let count = payload["total_commits"]?.int.map { Int($0) } ?? commits.count
    let what = count == 1 ? "1 commit" : "\(count) commits"
    let first = commits.prefix(5).map { commit in
      "\(commit["id"]?.string?.prefix(7) ?? "") \(Wording.firstLine(commit["message"]?.string))"
    }
    let more = count > first.count ? ["and \(count - first.count) more"] : []
    return wording("\(who) \(isForced ? "force-pushed" : "pushed") \(what) to \(name)", nil, count > 0 ? first + more : [])
  }

  private var branched: Wording {
    let what = payload.words("ref_type") ?? "branch"
    return wording("\(what) \(branch ?? "") \(event)d", nil, [actor.map { "by \($0)" }])
  }

  private func wording(_ title: String, _ rest: String?, _ lines: [String?]) -> Wording {
    let place = repository ?? subject
    return Wording(
      title: place.map { "\($0): \(title)" } ?? Wording.spoken(title), rest: rest, lines: lines, link: (Self.names[forge] ?? forge, address)
    )
  }

  private func words(of name: String) -> String { name.replacing("_", with: " ") }
}
