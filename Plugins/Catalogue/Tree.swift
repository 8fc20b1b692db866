import Bellhop
import FoundationEssentials
import Templates

/// JSON with templates in it.
indirect enum Tree: Sendable {
  case literal(JSON)
  /// A text that is one tag alone: the value itself, of whatever type.
  case value([String])
  case text(BodyTemplate)
  /// A number out of a text; null where it is none.
  case number(BodyTemplate)
  /// JSON as a text inside of something else.
  case json(Tree)
  /// The bytes of a text, or of JSON, in base64. https://www.rfc-editor.org/rfc/rfc4648#section-4
  case base64(Tree)
  case array([Tree])
  /// Members; those that are optional are left out when they are empty.
  case object([TreeMember])
  /// One for each element of a list, at most `limit`, of which the last tells how many are missing.
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
    var room = ListRoom()
    return render(values, &room)
  }

  /// The same, where lists share a room with others.
  func render(_ values: JSON, _ room: inout ListRoom) -> JSON? {
    switch self {
    case .literal(let json): return json
    case .value(let path): return values.value(at: path[...]) ?? .null
    case .text(let template): return .string(template.render(values, escaping: .none))
    case .number(let template):
      let text = template.render(values, escaping: .none)
      return Int64(text).map(JSON.int) ?? Double(text).flatMap { $0.isFinite ? .double($0) : nil } ?? .null
    case .json(let tree): return tree.render(values, &room).map { .string($0.text) }
    case .base64(let tree): return tree.render(values, &room).map { .string(Data($0.plain.utf8).base64EncodedString()) }
    case .array(let trees):
      var elements: [JSON] = []
      for tree in trees {
        let json = tree.render(values, &room)
        if case .each = tree { elements += json?.array ?? [] } else if let json { elements.append(json) }
      }
      return .array(elements)
    case .object(let members):
      var object = JSON.Object()
      for member in members {
        guard let json = member.tree.render(values, &room), !(member.isOptional && Self.isEmpty(json)) else { continue }
        object.members.append(.init(member.key, json))
      }
      return .object(object)
    case .each(let path, let limit, let item):
      return .array(Self.elements(values.value(at: path[...])?.array ?? [], limit, item, values, &room))
    case .when(let path, let tree):
      return Self.isEmpty(values.value(at: path[...]) ?? .null) ? nil : tree.render(values, &room)
    }
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
    case .json(let tree), .base64(let tree): tree.names
    case .array(let trees): trees.reduce(into: []) { $0.formUnion($1.names) }
    case .object(let members): members.reduce(into: []) { $0.formUnion($1.tree.names) }
    case .each(let path, _, let item): item.names.union([path.joined(separator: ".")])
    case .when(let path, let tree): tree.names.union([path.joined(separator: ".")])
    }
  }
}
