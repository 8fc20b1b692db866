import Bellhop

/// One text without markup.
struct PlainSink: ProgramSink {
  private(set) var text = ""
  private var budget: ByteBudget

  init(_ bytes: Int) { budget = ByteBudget(bytes) }

  mutating func add(text: String) -> Bool {
    if budget.spend(text.utf8.count) {
      self.text += text
      return true
    }
    self.text += text.prefix(bytes: budget.left)
    return false
  }

  mutating func add(_ value: JSON?, bare: Bool) -> Bool { value.map { add(text: $0.plain) } ?? true }
}

/// Text whose values are still to be told from what ops wrote.
struct PieceSink: ProgramSink {
  private(set) var pieces: [Piece] = []
  private(set) var values: [String] = []
  private var budget: ByteBudget

  init(_ bytes: Int) { budget = ByteBudget(bytes) }

  mutating func add(text: String) -> Bool {
    let isWhole = budget.spend(text.utf8.count)
    pieces.append(.text(isWhole ? text : String(text.prefix(bytes: budget.left))))
    return isWhole
  }

  mutating func add(_ value: JSON?, bare: Bool) -> Bool {
    let text = value?.plain ?? ""
    let isWhole = budget.spend(text.utf8.count)
    pieces.append(.slot(values.count))
    values.append(isWhole ? text : String(text.prefix(bytes: budget.left)))
    return isWhole
  }

  /// Says that it ends here. What follows on the same line closes the markup that is open, and is shown to nobody.
  mutating func cut(before rest: some Sequence<Program.ProgramStep>) {
    pieces.append(.cut)
    for step in rest {
      guard case .text(let text) = step else { continue }
      pieces.append(.text(text))
      if text.contains(where: \.isNewline) { return }
    }
  }
}

/// A body, its values escaped for the format around them.
struct BodySink: ProgramSink {
  private(set) var text = ""
  private let escaping: BodyTemplate.Escaping
  private var budget = ByteBudget(TemplateLimits.body)

  init(_ escaping: BodyTemplate.Escaping) { self.escaping = escaping }

  mutating func add(text: String) -> Bool {
    if budget.spend(text.utf8.count) {
      self.text += text
      return true
    }
    self.text += text.prefix(bytes: budget.left)
    return false
  }

  mutating func add(_ value: JSON?, bare: Bool) -> Bool {
    let value = value ?? .null
    switch escaping {
    case .none: return add(text: value.plain)
    case .url: return add(text: Address.component(value.plain))
    // Between the quotes by bytes: a combining accent at either end would join its quote into one character.
    case .json: return add(text: bare ? value.text : String(decoding: JSON.string(value.plain).bytes.dropFirst().dropLast(), as: UTF8.self))
    }
  }
}
