import Bellhop
import Routing

/// Reads a row.
enum RowReader {
  static let keys =
    ["name", "match", "to", "alert", "title", "text", "fields", "links", "continue", "hold_until", "fallback"] + NoiseReader.keys

  /// A row as far as it can be read, and whether it is known which events it takes.
  static func read(_ reader: Reader, of role: String, at index: Int) -> (row: Row, isCertain: Bool)? {
    guard let keys = reader.keys(keys, of: "a row") else { return nil }
    let context = reader.context
    var row = Row(position: "\(context.file):\(reader.node.mark.line)")
    row.name = keys["name"]?.string("a name")
    let before = context.errors
    if let match = keys["match"] { row.match = MatchReader.read(match) }
    row.continue = keys["continue"]?.bool() ?? false
    let isCertain = context.errors == before
    if let to = keys.required("to", example: reader.context.place) { row.to = RouteReader.routes(to) }
    if let fallback = keys["fallback"] {
      row.fallback = RouteReader.routes(fallback)
      FallbackDoubts.tell(row, fallback)
    }
    row.escalation = NoiseReader.escalation(keys["until_ack"])
    if let word = keys["alert"]?.choice(Alert.allCases.map(\.word)), let alert = Alert(word: word) { row.alert = alert }
    row.title = keys["title"]?.template()
    row.text = keys["text"]?.template()
    row.fields = keys["fields"].map { labelled($0, "a mapping of labels to texts") } ?? []
    row.links = keys["links"].map { labelled($0, "a mapping of labels to addresses") } ?? []
    row.holdUntil = keys["hold_until"]?.name(among: Array(reader.context.calendars), "calendar", called: "calendars")
    if let policy = NoiseReader.read(keys, row: row, role: role, index: index) {
      row.resolves = policy.resolves
      context.policies.append(policy)
    }
    return (row, isCertain)
  }

  private static func labelled(_ reader: Reader, _ what: String) -> [Row.Labelled] {
    reader.pairs(what)?.compactMap { label, _, value in value.template().map { .init(label: label, template: $0) } } ?? []
  }
}
