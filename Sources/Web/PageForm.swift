import Bellhop

/// What a page's form sends, or asks for behind the question mark. https://url.spec.whatwg.org/#application/x-www-form-urlencoded
struct PageForm: Sendable {
  /// Bytes of a form that are taken.
  static let limit = 65_536
  /// Fields of a form that are read.
  private static let most = 10_100

  private var pairs: [(name: String, value: String)] = []

  /// What is no pair, or no UTF-8 once decoded, is passed over.
  init(_ text: some StringProtocol) {
    for pair in text.split(separator: "&").prefix(Self.most) {
      let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2, let name = halves[0].percentDecoded(plusIsSpace: true),
        let value = halves[1].percentDecoded(plusIsSpace: true)
      else { continue }
      pairs.append((name, value))
    }
  }

  /// A body of at most so many bytes; a larger one says nothing.
  init(_ body: [UInt8], limit: Int = PageForm.limit) { self.init(body.count <= limit ? String(decoding: body, as: UTF8.self) : "") }

  /// A value that is not blank, without the blanks around it.
  subscript(name: String) -> String? {
    let value = pairs.last { $0.name == name }?.value
    let words = value?.drop(while: \.isWhitespace) ?? ""
    let end = words.lastIndex { !$0.isWhitespace }
    return end.map { String(words[...$0]) }
  }

  /// All values of a field that stands there several times, or holds several with commas between them.
  func numbers(_ name: String) -> [Int64] {
    pairs.filter { $0.name == name }.flatMap { $0.value.split { $0 == "," || $0.isWhitespace } }.compactMap { Int64($0) }
  }

  /// All of it, by name: of several the last.
  var values: [String: String] { Dictionary(pairs.map { ($0.name, $0.value) }) { _, last in last } }
}

/// A path on this gateway, with its query: nowhere else may somebody be led who logs in.
struct LocalPath: Sendable, Hashable {
  let text: String

  /// Nil for what a browser could take for the address of another site.
  init?(_ text: String?) {
    guard let text, text.utf8.count <= 2_048, text.utf8.first == UInt8(ascii: "/"),
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }), text.utf8.dropFirst().first != UInt8(ascii: "/")
    else { return nil }
    self.text = text
  }
}
