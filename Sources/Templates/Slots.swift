import Bellhop
import Mustache

/// Rendered text with the places of its values left open.
enum Piece: Sendable, Hashable {
  case text(String)
  /// `bare`: outside the quotes of a JSON text.
  case slot(Int, bare: Bool)
}

/// Gathers the values that a rendering meets; what is rendered in their place is only their number.
final class Slots {
  private(set) var values: [JSON] = []

  func add(_ value: JSON) -> String {
    values.append(value)
    return String(values.count - 1)
  }
}

/// A value as swift-mustache sees it. Null, false and empty text are false as conditions.
struct SlotValue: MustacheParent, MustacheCustomRenderable {
  let json: JSON
  let slots: Slots

  static func box(_ json: JSON, _ slots: Slots) -> Any {
    if case .array(let array) = json { return SlotList(array: array, slots: slots) }
    return SlotValue(json: json, slots: slots)
  }

  func child(named name: String) -> Any? { json[Tag.Name.decode(name)].map { Self.box($0, slots) } }
  var renderText: String { slots.add(json) }
  var isNull: Bool { json == .null || json == .bool(false) || json == .string("") }
}

/// A list: sections repeat for its elements, a number picks one.
struct SlotList: MustacheSequence, MustacheParent, MustacheCustomRenderable {
  let array: [JSON]
  let slots: Slots

  func makeIterator() -> AnyIterator<Any> {
    var iterator = array.makeIterator()
    return AnyIterator { iterator.next().map { SlotValue.box($0, slots) } }
  }

  func child(named name: String) -> Any? { JSON.array(array).value(at: [name]).map { SlotValue.box($0, slots) } }
  var renderText: String { slots.add(.array(array)) }
  var isNull: Bool { array.isEmpty }
}

/// The event itself.
struct SlotEvent: MustacheParent {
  let event: Event
  let slots: Slots

  func child(named name: String) -> Any? {
    EventNames.attributes.contains(name) || name == "data" ? event.value(at: name).map { SlotValue.box($0, slots) } : nil
  }
}
