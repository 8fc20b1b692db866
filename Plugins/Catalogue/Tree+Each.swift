import Bellhop
import Templates

/// What lists may make of a request, all of them together: how long they are an event decides.
struct ListRoom {
  private var bytes = ByteBudget(TemplateLimits.body)

  /// Takes in what an element became; false where there is no room left for it.
  mutating func takes(_ json: JSON?) -> Bool { bytes.spend(Self.weight(of: json ?? .null)) }

  /// About what it is in bytes; even nothing is something, for it has been looked at.
  private static func weight(of json: JSON) -> Int {
    switch json {
    case .string(let text): 8 + text.utf8.count
    case .array(let array): array.reduce(8) { $0 + weight(of: $1) }
    case .object(let object): object.members.reduce(8) { $0 + $1.key.utf8.count + weight(of: $1.value) }
    default: 8
    }
  }
}

extension Tree {
  /// What a list becomes. Where not all of it is told, the last element says how many are missing.
  static func elements(_ list: [JSON], _ limit: Int, _ item: Tree, _ values: JSON, _ room: inout ListRoom) -> [JSON] {
    let places = list.count > limit ? limit - 1 : list.count
    var elements: [JSON] = []
    for (index, element) in list.enumerated() {
      guard index < places else { return elements + more(than: index, of: list, item, values) }
      let json = item.render(inside(element, values), &room)
      guard room.takes(json) else { return elements + more(than: index, of: list, item, values) }
      if let json { elements.append(json) }
    }
    return elements
  }

  /// "… and 22 more" in an element of its own.
  private static func more(than told: Int, of list: [JSON], _ item: Tree, _ values: JSON) -> [JSON] {
    let more = JSON.string(Printer.more(list.count - told))
    var element = more
    if case .object = list[told] {
      element = ["name": more, "plain_name": more, "label": more, "text": more, "value": "…", "url": .null, "runs": [["text": more]]]
    }
    // What is inside of it has no list of the event's any more.
    return item.render(inside(element, values)).map { [$0] } ?? []
  }

  /// What an element's templates see: its own values before those around it. An element that is no object is the value `value`.
  private static func inside(_ element: JSON, _ values: JSON) -> JSON {
    guard case .object(let outer) = values else { return values }
    guard case .object(let inner) = element else { return .object(JSON.Object(outer.members + [.init("value", element)])) }
    return .object(JSON.Object(outer.members + inner.members))
  }
}
