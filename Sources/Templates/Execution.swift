import Bellhop

/// What a template is filled from.
enum TemplateRoot {
  case event(Event)
  case json(JSON)

  /// Whether a name that begins so is one of its own; an event has no others.
  fileprivate func child(_ name: String, _ work: inout Int) -> JSON? {
    switch self {
    case .event(let event):
      // What most names begin with comes first.
      switch name {
      case "data": .object(event.data)
      case "subject": event.subject.map(JSON.string)
      default: event.value(at: name)
      }
    case .json(let json): json.child(name, &work)
    }
  }

  fileprivate var whole: JSON? { if case .json(let json) = self { json } else { nil } }

  /// The value at a whole path, as people write it; empty where there is none.
  func text(at segments: [String]) -> String {
    if case .event(let event) = self {
      switch segments.first {
      case "subject" where segments.count == 1: return event.subject ?? ""
      case "type" where segments.count == 1: return event.type
      default: break
      }
    }
    var work = 0
    guard let first = segments.first else { return whole?.plain ?? "" }
    return child(first, &work)?.value(at: segments[1...])?.plain ?? ""
  }
}

/// What a program says, step by step. Answers whether there is room for more.
protocol ProgramSink {
  mutating func add(text: String) -> Bool
  mutating func add(_ value: JSON?, bare: Bool) -> Bool
}

/// Runs a program. Sections are jumps and a stack of its own, so that no template is deep; steps are counted, so that none takes long.
struct Execution {
  /// The elements that an open section goes through: of a list, or the one value that it is about.
  private struct SectionScope {
    var start: Int
    var items: [JSON]
    var isList: Bool
    var index = 0
    var item: JSON { items[index] }
  }

  private let steps: [Program.ProgramStep]
  private let root: TemplateRoot
  private var scopes: [SectionScope] = []
  private var work = 0

  init(_ program: Program, _ root: TemplateRoot) {
    steps = program.steps
    self.root = root
  }

  /// The step at which there was no room for more, or at which it took too long; nil where it came to its end.
  mutating func run(into sink: inout some ProgramSink) -> Int? {
    var next = 0
    while next < steps.count {
      work += 1
      guard work <= TemplateLimits.steps else { return next }
      let at = next
      next += 1
      switch steps[at] {
      case .text(let text): if !sink.add(text: text) { return at }
      case .value(let name, let bare, _): if !sink.add(value(name), bare: bare) { return at }
      case .section(let name, let end): if !enter(name, at) { next = end + 1 }
      case .inverted(let name, let end): if isTrue(name) { next = end + 1 }
      case .end(let start): if repeats(start) { next = start + 1 }
      }
    }
    return nil
  }

  /// False where the section is skipped.
  private mutating func enter(_ name: Tag.Name, _ start: Int) -> Bool {
    if name.isPosition { return isTrue(name) }
    guard let value = value(name), value.isTrue else { return false }
    if case .array(let elements) = value {
      scopes.append(SectionScope(start: start, items: elements, isList: true))
    } else {
      scopes.append(SectionScope(start: start, items: [value], isList: false))
    }
    return true
  }

  private mutating func repeats(_ start: Int) -> Bool {
    guard let scope = scopes.last, scope.start == start else { return false }
    if scope.index + 1 < scope.items.count {
      scopes[scopes.count - 1].index += 1
      return true
    }
    scopes.removeLast()
    return false
  }

  private mutating func isTrue(_ name: Tag.Name) -> Bool {
    guard name.isPosition else { return value(name)?.isTrue ?? false }
    // In the innermost list, whatever conditions stand between.
    guard let list = scopes.last(where: \.isList) else { return false }
    return name.written == "first()" ? list.index == 0 : list.index == list.items.count - 1
  }

  /// A name that the current item does not have may be one of those around it.
  private mutating func value(_ name: Tag.Name) -> JSON? {
    guard let first = name.segments.first else { return scopes.last?.item ?? root.whole }
    var found: JSON?
    if name.isRelative {
      found = scopes.isEmpty ? root.child(first, &work) : scopes[scopes.count - 1].item.child(first, &work)
    } else {
      var depth = scopes.count
      while depth > 0, found == nil {
        depth -= 1
        found = scopes[depth].item.child(first, &work)
      }
      if found == nil { found = root.child(first, &work) }
    }
    for segment in name.segments.dropFirst() { found = found?.child(segment, &work) }
    return found
  }
}

extension JSON {
  /// Null, false, empty text and empty lists are false; everything else is true, 0 too.
  fileprivate var isTrue: Bool {
    switch self {
    case .null, .bool(false): false
    case .string(let text): !text.isEmpty
    case .array(let elements): !elements.isEmpty
    default: true
    }
  }

  /// A member, or by its number an element. Looking through many members is work.
  fileprivate func child(_ name: String, _ work: inout Int) -> JSON? {
    switch self {
    case .object(let object):
      work += object.members.count
      return object[name]
    case .array(let elements): return Int(name).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
    default: return nil
    }
  }
}
