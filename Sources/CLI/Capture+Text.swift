import Bellhop

// What is shown of requests, for people.
extension Capture {
  /// A request, for people.
  static func text(of sight: JSON) -> String {
    if let missed = sight["missed"]?.int { return "(\(Output.count(Int(missed), "request")) came too fast to be shown)\n" }
    var query = (sight["query"]?.object?.members ?? []).map { "\($0.key)=\($0.value.plain)" }.joined(separator: "&")
    if !query.isEmpty { query = "?" + query }
    var lines = ["\(Output.text(sight["time"]))  \(Output.text(sight["method"])) \(Output.text(sight["path"]))\(Output.printable(query))"]
    for header in sight["headers"]?.object?.members ?? [] {
      lines.append("  \(Output.printable(header.key)): \(Output.text(header.value))")
    }
    if let body = sight["body"] {
      lines.append("")
      let shown = body.string ?? Output.pretty(body)
      lines += shown.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + Output.printable(String($0)) }
    }
    lines.append("")
    if let refused = sight["refused"] {
      lines.append("→ refused \(Output.text(refused["status"])): \(Output.text(refused["title"]))")
    } else {
      let events = sight["events"]?.array ?? []
      if events.isEmpty { lines.append("→ no event") }
      for event in events { lines += Self.lines(of: event.object ?? [:]) }
      if let more = sight["more"]?.int { lines.append("→ and \(Output.count(Int(more), "event")) more") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// An event that a request became.
  static func lines(of event: JSON.Object) -> [String] {
    var lines = ["→ event \(Output.text(event["type"]))"]
    for key in ["subject", "severity", "source", "id", "time"] {
      if let value = event[key] { lines.append("  \(key)\(String(repeating: " ", count: 10 - key.count))\(Output.printable(value.plain))") }
    }
    if let text = event["text"]?.string {
      let parts = text.split(separator: "\n", omittingEmptySubsequences: false).map { Output.printable(String($0)) }
      lines.append("  text      \(parts.joined(separator: "\n            "))")
    }
    if let data = event["data"] {
      let shown = data.string ?? Output.pretty(data, indent: "  ")
      lines.append("  data      \(shown.split(separator: "\n").map { Output.printable(String($0)) }.joined(separator: "\n"))")
    }
    return lines
  }
}
