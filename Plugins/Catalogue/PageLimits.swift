import Bellhop

/// How long the parts of a message, and all of it, may be once printed, as the vendor counts.
struct PageLimits: Sendable, Hashable {
  /// What a vendor counts.
  enum CountUnit: String, Sendable, CaseIterable {
    /// Unicode code points.
    case characters
    /// UTF-16 code units, as JavaScript counts.
    case utf16
    /// Bytes of UTF-8.
    case bytes

    func count(_ text: String) -> Int {
      switch self {
      case .characters: text.unicodeScalars.count
      case .utf16: text.utf16.count
      case .bytes: text.utf8.count
      }
    }
  }

  var unit = CountUnit.characters
  /// Of `headline` and `title`.
  var title = 250
  /// Of `text`, `all` and all `lines` together.
  var text = 20_000
  /// How many lines the text may have.
  var lines = 10_000
  /// Of a field's name and of its value, of a link's label, of `type` and `subject`.
  var field = 1_000
  /// How many fields. One more tells how many are missing.
  var fields = 20
  /// Of a link's address. It cannot be cut: longer ones are only on the event's page.
  var link = 2_000
  /// How many links. Where there are more, the last one leads to the event's page.
  var links = 1_000
  /// Of the whole request.
  var request: RequestLimit?

  /// What a request may hold in all.
  struct RequestLimit: Sendable, Hashable {
    /// In the unit of the page.
    var size: Int
    var count = RequestCount.sent
  }

  /// How a vendor counts a request.
  enum RequestCount: String, Sendable, CaseIterable {
    /// The body as it goes out.
    case sent
    /// The body as it stands in another JSON text: its quotes and backslashes twice.
    case escaped
    /// The texts of a JSON body, without its keys and marks.
    case texts
  }

  /// What the vendor counts of a body.
  func size(of body: [UInt8]) -> Int {
    switch request?.count ?? .sent {
    case .sent: unit.count(String(decoding: body, as: UTF8.self))
    case .escaped: unit.count(String(decoding: body, as: UTF8.self)) + body.count { $0 == 0x22 || $0 == 0x5C }
    case .texts: (try? JSON(parsing: body)).map(texts) ?? unit.count(String(decoding: body, as: UTF8.self))
    }
  }

  private func texts(_ json: JSON) -> Int {
    switch json {
    case .string(let text): unit.count(text)
    case .array(let array): array.reduce(0) { $0 + texts($1) }
    case .object(let object): object.members.reduce(0) { $0 + texts($1.value) }
    default: 0
    }
  }

  /// The longest beginning of a plain text that fits, with an ellipsis where something is cut.
  func cut(_ text: String, to limit: Int) -> String {
    guard unit.count(text) > limit else { return text }
    let room = limit - unit.count("…")
    guard room >= 0 else { return "" }
    return Text([.text(text)]).split(at: room) { unit.count(Text($0).plain) }.head.plain + "…"
  }
}

extension PageLimits {
  /// A `$limit` on facts, links or lines is the page's limit: what is beyond is told of, and not only left out.
  mutating func lower(to tree: Tree) {
    switch tree {
    case .literal, .value, .text, .number: break
    case .json(let tree), .base64(let tree): lower(to: tree)
    case .array(let trees): for tree in trees { lower(to: tree) }
    case .object(let members): for member in members { lower(to: member.tree) }
    case .when(_, let tree): lower(to: tree)
    case .each(let path, let limit, let item):
      switch path.last {
      // One of them tells how many are missing.
      case "fields": fields = min(fields, limit - 1)
      case "links": links = min(links, limit)
      case "lines": lines = min(lines, limit)
      default: lower(to: item)
      }
    }
  }
}
