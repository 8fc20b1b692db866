import Bellhop

/// Hides secrets inside events before anything is stored. Values of keys that name a secret, at any depth, and credentials
/// inside any text become ``Secret/mask``. Costs one look at each key and byte and copies nothing where nothing is hidden.
///
/// A key is compared in lower case without `_ - .` and spaces. It is hidden when it
/// - ends in `authorization`, `cookie`, `cookies`, `password`, `passwords`, `passwd`, `pwd`, `passphrase`, `secret`, `secrets`,
///   `token`, `apikey`, `privatekey`, `secretkey`, `accesskey`, `signingkey`, `credential` or `credentials`
///   (so `set-cookie`, `accessToken` and `client_secret` too);
/// - begins with `authorization`, `password`, `passwd` or `card`;
/// - is `cvv`, `cvv2`, `cvc`, `ssn` or `pan`;
/// - is one of the sender's own `redact:`.
struct Redactor: Sendable {
  private let suffixes: [[[UInt8]]]
  private let prefixes: [[UInt8]]
  private let words: [[UInt8]]

  init(extra: [String] = []) {
    var byLast = [[[UInt8]]](repeating: [], count: 256)
    for suffix in Self.commonSuffixes {
      let bytes = Array(suffix.utf8)
      byLast[Int(bytes.last ?? 0)].append(bytes)
    }
    suffixes = byLast
    let own = extra.map { Self.normal($0.utf8) }
    let isPrefix: ([UInt8]) -> Bool = { $0.last == UInt8(ascii: "*") }
    prefixes = Self.commonPrefixes.map { Array($0.utf8) } + own.filter(isPrefix).map { $0.dropLast() }
    words = Self.commonWords.map { Array($0.utf8) } + own.filter { !isPrefix($0) && !$0.isEmpty }
  }

  static let commonSuffixes = [
    "authorization", "cookie", "cookies", "password", "passwords", "passwd", "pwd", "passphrase", "secret", "secrets", "token", "apikey",
    "privatekey", "secretkey", "accesskey", "signingkey", "credential", "credentials",
  ]
  static let commonPrefixes = ["authorization", "password", "passwd", "card"]
  static let commonWords = ["cvv", "cvv2", "cvc", "ssn", "pan"]

  /// Hides what is secret in an event's text, subject, source and data.
  func redact(_ event: inout Event) {
    if let clean = Self.scrub(event.text) { event.text = clean }
    if let subject = event.subject, let clean = Self.scrub(subject) { event.subject = clean }
    if let clean = Self.scrub(event.source) { event.source = clean }
    if let clean = cleaned(event.data) { event.data = clean }
  }

  /// Nil where nothing is to be hidden.
  private func cleaned(_ object: JSON.Object) -> JSON.Object? {
    var copy: JSON.Object?
    for index in object.members.indices {
      let value: JSON
      if hides(object.members[index].key) {
        if case .null = object.members[index].value { continue }
        value = .string(Secret.mask)
      } else if let clean = cleaned(object.members[index].value) {
        value = clean
      } else {
        continue
      }
      if copy == nil { copy = object }
      copy?.members[index].value = value
    }
    return copy
  }

  private func cleaned(_ value: JSON) -> JSON? {
    switch value {
    case .string(let text): return Self.scrub(text).map(JSON.string)
    case .object(let object): return cleaned(object).map(JSON.object)
    case .array(let elements):
      var copy: [JSON]?
      for (index, element) in elements.enumerated() {
        guard let clean = cleaned(element) else { continue }
        if copy == nil { copy = elements }
        copy?[index] = clean
      }
      return copy.map(JSON.array)
    default: return nil
    }
  }

  /// Whether a key names a secret.
  func hides(_ key: String) -> Bool {
    var key = key
    return key.withUTF8 { bytes in
      withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.longest) { room in
        // Of a longer key the end is what tells.
        var count = 0
        let start = max(0, bytes.count - Self.longest)
        for index in start..<bytes.count {
          let byte = bytes[index]
          if Self.isSeparator(byte) { continue }
          room[count] = Self.lower(byte)
          count += 1
        }
        guard count >= 3 else { return words.contains { matches($0, room, 0, count) && $0.count == count } }
        for suffix in suffixes[Int(room[count - 1])] where suffix.count <= count && matches(suffix, room, count - suffix.count, count) {
          return true
        }
        for prefix in prefixes where prefix.count <= count && matches(prefix, room, 0, count) { return true }
        for word in words where word.count == count && matches(word, room, 0, count) { return true }
        return false
      }
    }
  }

  private static let longest = 128

  private func matches(_ word: [UInt8], _ room: UnsafeMutableBufferPointer<UInt8>, _ offset: Int, _ count: Int) -> Bool {
    guard offset + word.count <= count else { return false }
    for index in word.indices where word[index] != room[offset + index] { return false }
    return true
  }

  private static func normal(_ bytes: some Sequence<UInt8>) -> [UInt8] { bytes.filter { !isSeparator($0) }.map(lower) }
  static func lower(_ byte: UInt8) -> UInt8 { byte &- 65 < 26 ? byte | 0x20 : byte }
  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: " ")
  }
}
