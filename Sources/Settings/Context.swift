import Bellhop
import Pacing
import Templates
import YAML

/// What one reading of a configuration shares: where values come from, which names there are, and what was found wrong.
final class Context {
  let file: String
  /// Those of the house, and those of the pages that `vendors` names.
  private(set) var kinds: [Kind]
  /// Names of pages with mistakes.
  var brokenKinds: Set<String> = []
  private(set) var vendors: [Kind] = []
  let vendor: ([UInt8]) -> VendorPage
  let environment: (String) -> String?
  let readFile: (String) throws(FileError) -> [UInt8]
  private let unset: Configuration.Unset
  /// When it is read: what has an end may be near it.
  let now: Timestamp
  /// Variables and files that are not to be had here, in the order of the file.
  private(set) var unknown: [String] = []
  private let lines: [ArraySlice<UInt8>]

  /// Secrets that let somebody in.
  var doors: [(secret: Secret, reader: Reader)] = []
  /// Names that sections give and others use; also those whose own settings are wrong, so that one mistake is told once.
  var senders: [String] = []
  var store = StoreSettings()
  var transports: [String: TransportOutline] = [:]
  var channels: [String: Position] = [:]
  /// Of the channels that could be read whole.
  var places: [String: [ChannelPlace]] = [:]
  var calendars: Set<String> = []
  var roles: Set<String> = []
  /// Of the rows that have noise rules.
  var policies: [PacePolicy] = []
  /// Channels and transports that something goes to.
  var used: Set<String> = []

  /// How many conditions were told that nothing can meet: what holds one of them is not told again.
  var contradictions = 0

  /// How many values were passed over.
  private(set) var unknowns = 0

  private(set) var mistakes: [Mistake] = []
  private var told: Set<Mistake> = []

  /// What targets need to know of a transport.
  struct TransportOutline {
    var mark: Position
    /// Nil where `use:` is wrong.
    var kind: Kind?
    /// Nil where its settings are wrong.
    var values: Values?
  }

  init(
    file: String, bytes: [UInt8], kinds: [Kind], vendor: @escaping ([UInt8]) -> VendorPage,
    environment: @escaping (String) -> String?, readFile: @escaping (String) throws(FileError) -> [UInt8],
    unset: Configuration.Unset, now: Timestamp
  ) {
    self.unset = unset
    self.now = now
    self.file = file
    self.kinds = kinds
    self.vendor = vendor
    self.environment = environment
    self.readFile = readFile
    // By bytes: to a string, the line ends of Windows are no line feeds.
    // A byte order mark has no column.
    let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
  }

  /// Whether reading goes on without what is missing here.
  func passesOver(_ missing: String?) -> Bool {
    guard let missing, unset == .unknown else { return false }
    unknowns += 1
    if !unknown.contains(missing) { unknown.append(missing) }
    return true
  }

  /// A channel or transport to name in examples: one of this file's, where it has one.
  var place: String { channels.keys.min() ?? transports.keys.min() ?? "log" }

  /// How many real mistakes there are.
  var errors: Int { mistakes.count { !$0.isWarning } }

  func tell(_ mark: Position, _ path: String, _ problem: String, hint: String? = nil, isWarning: Bool = false) {
    let mistake = Mistake(
      file: file, line: mark.line, column: mark.column, path: path, problem: problem, hint: hint, isWarning: isWarning)
    // A value that is looked at twice, or stands in two places through an alias, is told once for each path.
    if told.insert(mistake).inserted { mistakes.append(mistake) }
  }

  /// What is wrong with another file: a vendor's page.
  func tell(_ mistake: Mistake, in file: String) {
    var mistake = mistake
    mistake.file = file
    if told.insert(mistake).inserted { mistakes.append(mistake) }
  }

  func add(_ kind: Kind) {
    kinds.append(kind)
    vendors.append(kind)
  }

  /// In the order of the file; what is wrong with others comes behind.
  var sorted: [Mistake] {
    func other(_ mistake: Mistake) -> String { mistake.file == file ? "" : mistake.file }
    return mistakes.enumerated().sorted {
      (other($0.element), $0.element.line, $0.element.column, $0.offset) < (
        other($1.element), $1.element.line, $1.element.column, $1.offset
      )
    }.map(\.element)
  }

  /// What stands in the file from a place to the end of its line.
  func rest(from mark: Position) -> String {
    guard lines.indices.contains(mark.line - 1) else { return "" }
    let line = String(decoding: lines[mark.line - 1], as: UTF8.self)
    return String(String.UnicodeScalarView(line.unicodeScalars.dropFirst(mark.column - 1)))
  }
}
