import Bellhop

/// One event on its way through the ``Redactor``: a walk over its values. Each method answers nil where nothing is to be hidden, so that
/// nothing is copied.
///
/// The work has an end. A string is read once, with at most ``TextScan/stepsPerByte`` steps for each byte; JSON inside of strings is opened
/// to a depth of ``levels`` and to ``opened`` bytes in all. What is beyond is hidden, not let through.
struct Redaction {
  /// JSON in a string in JSON in a string …
  static let levels = 4
  /// Bytes of JSON inside of strings that are opened for one event.
  static let opened = 4 << 20

  let names: SecretNames
  /// Bytes that were looked at, the same byte counted as often as it was.
  private(set) var steps = 0
  private var level = 0
  private var bytesOpened = 0

  init(names: SecretNames) { self.names = names }

  // MARK: Strings

  mutating func clean(_ text: String, _ mode: TextScan.Mode) -> String? {
    var text = text
    return text.withUTF8 { bytes in
      guard TextScan.mayHide(bytes) else { return nil }
      if mode == .prose, Self.looksLikeJSON(bytes) { if let found = opened(bytes) { return found.clean } }
      var scan = TextScan(bytes, names, mode)
      scan.run()
      steps += scan.steps
      return scan.clean()
    }
  }

  private static func looksLikeJSON(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }
    guard bytes.count >= 5, let first = bytes.first(where: { !isBlank($0) }), let last = bytes.last(where: { !isBlank($0) }) else {
      return false
    }
    switch (first, last) {
    case (UInt8(ascii: "{"), UInt8(ascii: "}")), (UInt8(ascii: "["), UInt8(ascii: "]")), (UInt8(ascii: "\""), UInt8(ascii: "\"")):
      return true
    default: return false
    }
  }

  /// What a string of JSON becomes; nil where it is none.
  private mutating func opened(_ bytes: UnsafeBufferPointer<UInt8>) -> (clean: String?, Void)? {
    if level == Self.levels || bytesOpened + bytes.count > Self.opened { return (Secret.mask, ()) }
    bytesOpened += bytes.count
    steps += bytes.count
    guard let value = try? JSON(parsing: bytes) else { return nil }
    level += 1
    defer { level -= 1 }
    return (clean(value)?.text, ())
  }

  // MARK: Values

  mutating func clean(_ value: JSON) -> JSON? {
    switch value {
    case .string(let text): return clean(text, .prose).map(JSON.string)
    case .object(let object): return clean(object).map(JSON.object)
    case .array(let elements): return clean(elements, isHeaders: false).map(JSON.array)
    case .int(let number): return TextScan.isCard(number) ? .string(Secret.mask) : nil
    case .null, .bool, .double, .literal: return nil
    }
  }

  mutating func clean(_ object: JSON.Object) -> JSON.Object? {
    var copy: JSON.Object?
    let pair = named(object)
    for (index, member) in object.members.enumerated() {
      let weight = names.weight(of: member.key) ?? (index == pair?.index ? pair?.weight : nil)
      if let value = hidden(member.value, weight) ?? inner(member) {
        if copy == nil { copy = object }
        copy?.members[index].value = value
      }
      if let key = clean(member.key, .key) {
        if copy == nil { copy = object }
        copy?.members[index].key = key
      }
    }
    return copy
  }

  private mutating func inner(_ member: JSON.Object.Member) -> JSON? {
    switch member.value {
    case .array(let elements): return clean(elements, isHeaders: Self.isListOfHeaders(member.key)).map(JSON.array)
    // An id that happens to look like a card's number is still an id.
    case .int(let number) where TextScan.isCard(number) && Self.isID(member.key): return nil
    default: return clean(member.value)
    }
  }

  /// Nil where it stays.
  private func hidden(_ value: JSON, _ weight: SecretNames.Weight?) -> JSON? {
    guard let weight else { return nil }
    switch value {
    case .null, .bool: return nil
    case .string(let text) where text.isEmpty: return nil
    case .int, .double, .literal: return weight == .loose ? nil : .string(Secret.mask)
    case .array, .object: return weight == .loose && !Self.holdsText(value) ? nil : .string(Secret.mask)
    case .string: return .string(Secret.mask)
    }
  }

  private static func holdsText(_ value: JSON) -> Bool {
    switch value {
    case .string(let text): !text.isEmpty
    case .array(let elements): elements.contains(where: holdsText)
    case .object(let object): object.members.contains { holdsText($0.value) }
    case .null, .bool, .int, .double, .literal: false
    }
  }

  private static func isID(_ key: String) -> Bool { key.hasSuffix("id") || key.hasSuffix("Id") || key.hasSuffix("ID") }

  // MARK: Names and values side by side

  private static let nameKeys = [
    "name", "key", "field", "header", "param", "property", "variable", "label", "title", "id", "k", "n", "option", "setting",
  ].map { packed($0) }
  private static let valueKeys = ["value", "values", "val", "v", "content", "data", "text", "rawvalue", "newvalue", "default"].map {
    packed($0)
  }

  /// A key of up to eight bytes as a number, in lower case.
  private static func packed(_ key: String) -> UInt64 {
    key.utf8.reduce(0) { $0 << 8 | UInt64(NameFolding.lower($1)) }
  }

  /// A bit for each last letter and length that those keys have: most other keys need no more than a look at these two.
  private static let sieve: UInt64 = (nameKeys + valueKeys).reduce(0) { bits, key in
    bits | bit(UInt8(truncatingIfNeeded: key), 8 - key.leadingZeroBitCount / 8)
  }

  private static func bit(_ last: UInt8, _ count: Int) -> UInt64 { 1 << UInt64(Int(last & 7) * 8 + count - 1) }

  /// `{"name": "Authorization", "value": "…"}`: which member is the value, and what its name says of it.
  private func named(_ object: JSON.Object) -> (index: Int, weight: SecretNames.Weight)? {
    guard 2...8 ~= object.members.count else { return nil }
    var weight: SecretNames.Weight?
    var value: Int?
    let sieve = Self.sieve
    for index in object.members.indices {
      let word = object.members[index].key.utf8
      guard word.count <= 8, let last = word.last, Self.bit(NameFolding.lower(last), word.count) & sieve != 0 else { continue }
      let key = Self.packed(object.members[index].key)
      if weight == nil, Self.nameKeys.contains(key), case .string(let text) = object.members[index].value {
        weight = names.weight(of: text)
      } else if value == nil, Self.valueKeys.contains(key) {
        value = index
      }
    }
    guard let weight, let value else { return nil }
    return (value, weight)
  }

  /// Express has `rawHeaders`, others `headers`, `argv`, `env`: names and values by turns.
  private static func isListOfHeaders(_ key: String) -> Bool {
    NameFolding.ends(key, with: "headers") || NameFolding.ends(key, with: "trailers")
      || NameFolding.ends(key, with: "params", isWhole: true)
      || NameFolding.ends(key, with: "env", isWhole: true)
  }

  mutating func clean(_ elements: [JSON], isHeaders: Bool) -> [JSON]? {
    var copy: [JSON]?
    let arePairs = elements.count > 0 && elements.allSatisfy { Self.isPair($0) }
    for (index, element) in elements.enumerated() {
      var value: JSON?
      if arePairs, case .array(let pair) = element, case .string(let name)? = pair.first, let weight = names.weight(of: name) {
        value = hidden(pair[1], weight).map { .array([pair[0], $0]) }
      } else if index > 0, case .string(let name) = elements[index - 1] {
        value = behind(name, element, at: index, isHeaders: isHeaders, isEven: elements.count.isMultiple(of: 2))
      }
      guard let clean = value ?? clean(element) else { continue }
      if copy == nil { copy = elements }
      copy?[index] = clean
    }
    return copy
  }

  private static func isPair(_ value: JSON) -> Bool {
    guard case .array(let pair) = value, pair.count == 2, case .string = pair[0] else { return false }
    return true
  }

  /// An element of a flat list, by the name before it: a header's, or an option of a command line.
  private func behind(_ name: String, _ element: JSON, at index: Int, isHeaders: Bool, isEven: Bool) -> JSON? {
    guard case .string(let text) = element, (3...64).contains(name.utf8.count), let weight = names.weight(of: name) else { return nil }
    if name.hasPrefix("--") { return text.hasPrefix("-") ? nil : hidden(element, weight) }
    guard isEven, !index.isMultiple(of: 2) else { return nil }
    // A list of the names of fields is no list of headers: `["password", "email"]`.
    return isHeaders || TextScan.looksSecret(text) ? hidden(element, weight) : nil
  }
}
