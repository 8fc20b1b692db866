import Bellhop

/// What a monitoring tool tells of a problem. All tools' problems live one life, so that a row can follow any of them: the subject is the
/// problem's key, and the type ends in where it stands: `.firing`, `.acknowledged`, `.resolved`.
struct ProblemReport {
  /// Where a problem stands.
  enum Standing: Hashable {
    case firing, acknowledged, resolved
    /// Something else that is told of it, by its word: a note, a change.
    case other(String)

    /// The last segment of the type.
    var word: String {
      switch self {
      case .firing: "firing"
      case .acknowledged: "acknowledged"
      case .resolved: "resolved"
      case .other(let word): word
      }
    }
  }

  /// The first segment of the type: the dialect's name.
  var tool: String
  var standing: Standing
  /// What this and all else that is told of the problem have in common.
  var key: String?
  /// The same when told again, another when it happens again.
  var id: String?
  /// How bad the problem is; that it is seen to or over is `info`.
  var severity: Severity?
  var time: Timestamp?
  /// One line, in bold.
  var title: String
  /// What stands before the title; nil is the usual word of the standing.
  var prefix: String?
  /// More lines, as they are.
  var details: [String] = []
  /// Words and addresses. Those that are no web addresses are left out.
  var links: [(String, String?)] = []
  var data = JSON.Object()

  /// Longer keys are told apart by a digest.
  private static let keyLimit = 400

  /// The report as an event.
  func draft() -> Draft {
    var draft = Draft(type: "\(tool).\(standing.word)", time: time)
    draft.id = id
    draft.subject = key.flatMap { $0.isEmpty ? nil : Self.short($0) }
    draft.data = data
    let grade = severity ?? .warning
    switch standing {
    case .firing: draft.severity = grade
    case .acknowledged, .resolved: draft.severity = .info
    case .other: draft.severity = severity ?? .info
    }
    // How bad it is or was, in one word for rows, whatever the standing.
    if draft.data["severity"] == nil, severity != nil { draft.data["severity"] = .string(grade.word) }
    draft.say(text)
    return draft
  }

  private var text: Text {
    let before =
      switch standing {
      case .acknowledged: "Acknowledged: "
      case .resolved: "Resolved: "
      case .firing, .other: ""
      }
    let line = title.readableLine
    let head = (prefix ?? before) + (line.isEmpty ? key?.readableLine ?? tool : line)
    var nodes: [Text.Node] = [.bold([.text(head)])]
    for detail in details where Text.isVisible(detail) {
      nodes.append(.line)
      nodes += Text(literal: detail).nodes
    }
    let shown = links.compactMap { words, url in url.flatMap { Self.isAddress($0) ? Text.Node.link([.text(words)], url: $0) : nil } }
    for (index, link) in shown.enumerated() { nodes += [index == 0 ? .line : .text(" · "), link] }
    return Text(nodes)
  }

  static func isAddress(_ text: String) -> Bool {
    let isWeb = text.hasPrefix("https://") || text.hasPrefix("http://")
    return isWeb && text.utf8.count <= 4_096 && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
  }

  private static func short(_ key: String) -> String {
    guard key.utf8.count > keyLimit else { return key }
    return String(decoding: key.utf8.prefix(keyLimit), as: UTF8.self) + "… #" + MadeID.digest([Array(key.utf8)])
  }
}

extension Proof {
  /// The sender's secret at any of the places that tools can be told: the last piece of the address, a bearer token, a password.
  static func anywhere(_ head: PostHead) -> Proof { .offered(head.path.last, head.token(), head.password) }
}
