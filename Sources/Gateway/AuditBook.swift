import Bellhop
import Store
import Web

/// The trail of what was done by hand, as pages under keys of their own: writing a line writes one page, and the oldest page goes when there are
/// too many.
struct AuditBook: Sendable {
  /// Lines of a page.
  static let perPage: Int64 = 50
  /// No more pages than these: ten thousand lines.
  static let pages: Int64 = 200
  /// A page goes so long after it was last written.
  static let kept = Duration.seconds(366 * 86_400)
  static let prefix = "audit/"

  /// The page that is written on, oldest line first.
  private(set) var page: [AuditLine] = []
  private var newest: Int64 = 0

  /// The book as its pages stand in the store.
  init(_ states: [String: [UInt8]]) {
    for (key, bytes) in states where key.hasPrefix(Self.prefix) {
      let lines = Self.lines(bytes)
      guard let last = lines.last, last.number > newest else { continue }
      newest = last.number
      page = lines
    }
  }

  /// The number of the page that is written on; nil where nothing is.
  var current: Int64? { page.isEmpty ? nil : Self.page(of: newest) }

  static func key(ofPage number: Int64) -> String { prefix + String(number) }

  private static func page(of line: Int64) -> Int64 { (line - 1) / perPage }

  /// The lines of a page as ``bytes(of:)`` made it; none for anything else.
  static func lines(_ bytes: [UInt8]?) -> [AuditLine] {
    (bytes.flatMap { try? JSON(parsing: $0) }?.array ?? []).compactMap(AuditLine.init(kept:))
  }

  static func bytes(of lines: [AuditLine]) -> [UInt8] { JSON.array(lines.map(\.kept)).bytes }

  /// Writes a line, or adds to the last one; what changes in the store.
  /// - Parameter times: how often it was done.
  mutating func add(_ entry: AuditEntry, times: Int64 = 1, at now: Timestamp) -> [String: StateValue?] {
    var line = AuditLine(number: newest + 1, entry, at: now)
    line.times = times
    var states: [String: StateValue?] = [:]
    if page.isEmpty || !page[page.count - 1].takes(line) {
      if Self.page(of: line.number) != Self.page(of: newest) || newest == 0 {
        page = []
        let oldest = Self.page(of: line.number) - Self.pages
        if oldest >= 0 { states.updateValue(nil, forKey: Self.key(ofPage: oldest)) }
      }
      page.append(line)
      newest = line.number
    }
    states[Self.key(ofPage: Self.page(of: newest))] = StateValue(Self.bytes(of: page), expires: now + Self.kept)
    return states
  }

  /// Hides in all pages who is to be forgotten; what changes in the store.
  mutating func forget(_ subject: String, in states: [String: [UInt8]], at now: Timestamp) -> [String: StateValue?] {
    var changes: [String: StateValue?] = [:]
    for (key, bytes) in states {
      var lines = Self.lines(bytes)
      var isChanged = false
      for index in lines.indices where lines[index].forget(subject) { isChanged = true }
      guard isChanged else { continue }
      changes[key] = StateValue(Self.bytes(of: lines), expires: now + Self.kept)
      if lines.last?.number == newest { page = lines }
    }
    return changes
  }
}
