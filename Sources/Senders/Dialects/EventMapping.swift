import Bellhop
import Templates

/// Makes an event of what a post says, as the `event:` of its sender tells.
struct EventMapping: Sendable {
  /// Bytes of `data`; what is beyond is left out, and `data.truncated` says so.
  static let dataRoom = 128 << 10

  /// A template that may be one tag alone: then its value stays what it is, a number or a list.
  private struct MappedValue: Sendable {
    let key: String
    let template: BodyTemplate
    let isTag: Bool
  }

  private let templates: [String: BodyTemplate]
  private let data: [MappedValue]?
  private let types: WordMap
  private let severities: WordMap

  /// Takes settings with which ``MappingFields/check(_:)`` found nothing wrong; of any others it takes what it can use.
  init(_ values: Values) {
    var templates: [String: BodyTemplate] = [:]
    var data: [MappedValue]?
    for entry in values.map(MappingFields.event.name) ?? [] {
      switch entry.value {
      case .string(let source): templates[entry.key] = try? BodyTemplate(source)
      case .map(let entries): data = entries.compactMap(Self.mapped)
      default: break
      }
    }
    self.templates = templates
    self.data = data
    types = WordMap(values.map(MappingFields.types.name))
    severities = WordMap(values.map(MappingFields.severities.name))
  }

  private static func mapped(_ entry: Value.Entry) -> MappedValue? {
    guard case .string(let source) = entry.value, let template = try? BodyTemplate(source) else { return nil }
    let inner = source.hasPrefix("{{") && source.hasSuffix("}}") ? source.dropFirst(2).dropLast(2) : ""
    return MappedValue(
      key: entry.key, template: template, isTag: !inner.isEmpty && !inner.contains("{{") && !"#^/!".contains(inner.first ?? "#"))
  }

  /// One event.
  /// - Parameters:
  ///   - names: what templates see.
  ///   - whole: what stands in `data` where no `data:` says what to keep.
  ///   - budget: what the events of one request may say; takes what this one did.
  func draft(_ names: JSON, keeping whole: JSON, at now: Timestamp, within budget: inout ByteBudget) -> Draft {
    func said(_ key: String) -> String? {
      guard let text = templates[key]?.render(names, escaping: .none) else { return nil }
      if !budget.spend(text.utf8.count) { _ = budget.spend(budget.left) }
      let clean = text.trimmingBlanks
      return clean.isEmpty ? nil : clean
    }
    var draft = Draft()
    draft.type = said("type").map { types.word(for: $0) ?? $0 }
    draft.subject = said("subject")
    draft.source = said("source")
    draft.id = said("id")
    draft.time = Timestamp(foreign: said("time"), now: now)
    draft.severity = said("severity").flatMap { severities.word(for: $0).flatMap { Severity(word: $0) } ?? Severity(foreign: $0) }
    let message = ChatMessage(title: templates["title"]?.tree(names), text: templates["text"]?.tree(names) ?? Text())
    let body = message.body
    if body.isVisible { draft.say(body) }
    draft.data = kept(names, whole, &budget)
    if !budget.spend(draft.text?.utf8.count ?? 0) { _ = budget.spend(budget.left) }
    return draft
  }

  private func kept(_ names: JSON, _ whole: JSON, _ budget: inout ByteBudget) -> JSON.Object {
    var object = JSON.Object()
    var isWhole = true
    if let data {
      for value in data {
        guard let found = found(value, names) else { continue }
        object[value.key] = found
      }
    } else if let own = whole.object {
      object = own
    } else if !whole.isNull {
      object["body"] = whole
    }
    var room = ByteBudget(min(Self.dataRoom, budget.left))
    let before = room.left
    let bounded = JSON.object(object).bounded(within: &room)
    isWhole = bounded.isWhole
    _ = budget.spend(before - room.left)
    object = bounded.value.object ?? [:]
    if !isWhole { object["truncated"] = true }
    return object
  }

  /// Nil for what is not there.
  private func found(_ value: MappedValue, _ names: JSON) -> JSON? {
    guard value.isTag else {
      let text = value.template.render(names, escaping: .none)
      return text.isEmpty ? nil : .string(text)
    }
    // Outside of quotes a value is whole JSON.
    guard let text = value.template.whole(names, escaping: .json) else { return .string("(too large to be kept)") }
    let json = try? JSON(parsing: Array(text.utf8))
    return json.flatMap { $0.isNull ? nil : $0 }
  }
}

extension String {
  /// Without the blanks that block texts of YAML leave around a value.
  fileprivate var trimmingBlanks: String {
    var text = unicodeScalars[...]
    while let first = text.first, first.properties.isWhitespace { text.removeFirst() }
    while let last = text.last, last.properties.isWhitespace { text.removeLast() }
    return text.count == unicodeScalars.count ? self : String(text)
  }
}
