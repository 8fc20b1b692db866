import Bellhop
import Templates

/// JSON with templates in it.
indirect enum Tree: Sendable {
  case literal(JSON)
  /// A text that is one tag alone: the value itself, of whatever type.
  case value([String])
  case text(BodyTemplate)
  /// A number out of a text; null where it is none.
  case number(BodyTemplate)
  case array([Tree])
  /// Members; those that are optional are left out when they are empty.
  case object([TreeMember])
  /// One for each element of a list, at most `limit`.
  case each(path: [String], limit: Int, item: Tree)
  /// Only where the value is there.
  case when(path: [String], Tree)

  struct TreeMember: Sendable {
    var key: String
    var isOptional: Bool
    var tree: Tree
  }

  /// The JSON for these values; nil where a `$if` leaves nothing.
  func render(_ values: JSON) -> JSON? {
    switch self {
    case .literal(let json): return json
    case .value(let path): return values.value(at: path[...]) ?? .null
    case .text(let template): return .string(template.render(values, escaping: .none))
    case .number(let template):
      let text = template.render(values, escaping: .none)
      return Int64(text).map(JSON.int) ?? Double(text).flatMap { $0.isFinite ? .double($0) : nil } ?? .null
    case .array(let trees):
      return .array(
        trees.flatMap { tree -> [JSON] in
          let json = tree.render(values)
          if case .each = tree { return json?.array ?? [] }
          return json.map { [$0] } ?? []
        })
    case .object(let members):
      var object = JSON.Object()
      for member in members {
        guard let json = member.tree.render(values), !(member.isOptional && Self.isEmpty(json)) else { continue }
        object.members.append(.init(member.key, json))
      }
      return .object(object)
    case .each(let path, let limit, let item):
      let elements = values.value(at: path[...])?.array ?? []
      return .array(elements.prefix(limit).compactMap { item.render(Self.inside($0, values)) })
    case .when(let path, let tree):
      return Self.isEmpty(values.value(at: path[...]) ?? .null) ? nil : tree.render(values)
    }
  }

  /// What an element's templates see: its own values before those around it. An element that is no object is the value `value`.
  private static func inside(_ element: JSON, _ values: JSON) -> JSON {
    guard case .object(let outer) = values else { return values }
    guard case .object(let inner) = element else { return .object(JSON.Object(outer.members + [.init("value", element)])) }
    return .object(JSON.Object(outer.members + inner.members))
  }

  /// Nothing to say: null, false, empty text, lists and objects.
  static func isEmpty(_ json: JSON) -> Bool {
    switch json {
    case .null, .bool(false): true
    case .string(let text): text.isEmpty
    case .array(let array): array.isEmpty
    case .object(let object): object.isEmpty
    default: false
    }
  }

  /// The names of all values that it needs, with their dots, but for those of lists' elements.
  var names: Set<String> {
    switch self {
    case .literal: []
    case .value(let path): [path.joined(separator: ".")]
    case .text(let template), .number(let template): template.names
    case .array(let trees): trees.reduce(into: []) { $0.formUnion($1.names) }
    case .object(let members): members.reduce(into: []) { $0.formUnion($1.tree.names) }
    case .each(let path, _, let item): item.names.union([path.joined(separator: ".")])
    case .when(let path, let tree): tree.names.union([path.joined(separator: ".")])
    }
  }
}
