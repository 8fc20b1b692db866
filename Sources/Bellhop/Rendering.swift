/// What a row's templates made of an event: the part of a ``Message`` that is kept with its deliveries.
public struct Rendering: Sendable, Hashable {
  /// Behind one reference: all recipients of a row share it, and equal references need no second look.
  private var parts: Shared<RenderedParts>

  private struct RenderedParts: Sendable, Hashable {
    var title: Text?
    var text: Text?
    var fields: [Message.Fact]
    var links: [Message.Link]
    var acknowledges: Int64?
  }

  private mutating func change(_ change: (inout RenderedParts) -> Void) {
    var value = parts.value
    change(&value)
    parts = Shared(value)
  }

  /// A heading; nil where the row has none.
  public var title: Text? {
    get { parts.value.title }
    set { change { $0.title = newValue } }
  }
  /// Nil: the event's own text.
  public var text: Text? {
    get { parts.value.text }
    set { change { $0.text = newValue } }
  }
  /// Labelled facts, in the row's order.
  public var fields: [Message.Fact] {
    get { parts.value.fields }
    set { change { $0.fields = newValue } }
  }
  /// Things to open, in the row's order.
  public var links: [Message.Link] {
    get { parts.value.links }
    set { change { $0.links = newValue } }
  }

  /// The event, by its sequence, that people are asked to acknowledge with this message; nil where they are not asked.
  public var acknowledges: Int64? {
    get { parts.value.acknowledges }
    set { change { $0.acknowledges = newValue } }
  }

  /// Nothing of a row's own, unless told otherwise.
  public init(title: Text? = nil, text: Text? = nil, fields: [Message.Fact] = [], links: [Message.Link] = []) {
    parts = Shared(RenderedParts(title: title, text: text, fields: fields, links: links))
  }

  /// Nothing of a row's own: the message is the event's text.
  public var isPlain: Bool { title == nil && text == nil && fields.isEmpty && links.isEmpty && acknowledges == nil }
}

extension Rendering {
  /// A compact form for the store.
  public var json: JSON {
    var object = JSON.Object()
    if let title { object["title"] = title.json }
    if let text { object["text"] = text.json }
    if !fields.isEmpty { object["fields"] = .array(fields.map { [.string($0.name), $0.value.json] }) }
    if !links.isEmpty { object["links"] = .array(links.map { [.string($0.label), .string($0.url)] }) }
    if let acknowledges { object["ack"] = .int(acknowledges) }
    return .object(object)
  }

  /// Reads ``json`` back; parts it does not know are left out.
  public init(json: JSON) {
    self.init(
      title: json["title"].map(Text.init(json:)), text: json["text"].map(Text.init(json:)),
      fields: (json["fields"]?.array ?? []).compactMap { pair in
        guard let pair = pair.array, pair.count == 2, let name = pair[0].string else { return nil }
        return Message.Fact(name: name, value: Text(json: pair[1]))
      },
      links: (json["links"]?.array ?? []).compactMap { pair in
        guard let pair = pair.array, pair.count == 2, let label = pair[0].string, let url = pair[1].string else { return nil }
        return Message.Link(label: label, url: url)
      })
    acknowledges = json["ack"]?.int
  }
}

extension Text {
  /// Strings are text; everything else is an array that starts with the node's name.
  public var json: JSON { .array(nodes.map(\.json)) }

  /// Reads ``json`` back; nodes it does not know are left out.
  public init(json: JSON) { nodes = (json.array ?? []).compactMap(Node.init(json:)) }
}

extension Text.Node {
  fileprivate var json: JSON {
    switch self {
    case .text(let string): .string(string)
    case .bold(let inner): ["b", .array(inner.map(\.json))]
    case .italic(let inner): ["i", .array(inner.map(\.json))]
    case .code(let string): ["c", .string(string)]
    case .codeBlock(let string): ["p", .string(string)]
    case .link(let inner, let url): ["a", .array(inner.map(\.json)), .string(url)]
    case .line: ["n"]
    case .list(let items): ["l", .array(items.map { .array($0.map(\.json)) })]
    case .emoji(let code): ["e", .string(code)]
    }
  }

  fileprivate init?(json: JSON) {
    if let string = json.string {
      self = .text(string)
      return
    }
    guard let parts = json.array, let name = parts.first?.string else { return nil }
    let argument = parts.count > 1 ? parts[1] : .null
    func nodes(_ json: JSON) -> [Text.Node] { (json.array ?? []).compactMap(Text.Node.init(json:)) }
    switch name {
    case "b": self = .bold(nodes(argument))
    case "i": self = .italic(nodes(argument))
    case "c": self = .code(argument.plain)
    case "p": self = .codeBlock(argument.plain)
    case "a": self = .link(nodes(argument), url: parts.count > 2 ? parts[2].plain : "")
    case "n": self = .line
    case "l": self = .list((argument.array ?? []).map(nodes))
    case "e": self = .emoji(argument.plain)
    default: return nil
    }
  }
}
