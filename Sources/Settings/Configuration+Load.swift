import Bellhop
import Routing
import Senders
import YAML

extension Configuration {
  /// The keys at the top of the file.
  static let sections = [
    "server", "store", "senders", "readers", "vendors", "transports", "channels", "unrouted", "roles", "calendars", "watches",
    "upstream", "tests",
  ]

  /// Reads a configuration and checks all of it. Pure but for the two closures.
  /// - Parameters:
  ///   - path: Shown in mistakes, and what `readFile` is asked for first.
  ///   - kinds: The kinds that `use:` may name.
  ///   - vendor: Reads the page of a vendor that the section `vendors` names: its kind, and what is wrong with it.
  ///   - environment: What `${NAME}` stands for.
  ///   - readFile: Also reads what `${file:/path}` names.
  ///   - unset: What becomes of a value that the environment, or a file, does not give.
  ///   - now: When it is: secrets that end soon are told of.
  /// - Throws: every mistake and every warning, in the order of the file, when there is a mistake.
  public static func load(
    path: String, kinds: [Kind], vendor: @escaping (_ page: [UInt8]) -> VendorPage = { _ in VendorPage() },
    environment: @escaping (String) -> String? = Environment.value(of:),
    readFile: @escaping (String) throws(FileError) -> [UInt8] = Files.read, unset: Unset = .mistake,
    now: Timestamp = .now
  ) throws(Mistakes) -> Configuration {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try readFile(path) } catch {
      throw Mistakes([Mistake(file: path, line: 1, column: 1, problem: "the file cannot be read (\(error))", hint: "check its path")])
    }
    let document = Document(parsing: bytes)
    let context = Context(
      file: path, bytes: bytes, kinds: kinds, vendor: vendor, environment: environment, readFile: readFile, unset: unset, now: now)
    for flaw in document.flaws {
      context.tell(
        flaw.mark, "", flaw.problem, hint: SeverityWords.hint(for: flaw, in: context) ?? SecretWords.hint(for: flaw) ?? flaw.hint)
    }
    let configuration = document.root.flatMap { Self.configuration(of: Reader(node: $0, path: "", context: context)) }
    if let store = document.beginning.first(where: { $0.key.scalar?.text == "store" }) {
      context.store = StoreSection.read(Reader(node: store.value, path: "store", context: context))
    }
    let found = context.sorted
    guard var configuration, context.errors == 0 else { throw Mistakes(found, store: context.store.path, unknown: context.unknown) }
    configuration.warnings = found
    configuration.unknown = context.unknown
    return configuration
  }

  private static func configuration(of root: Reader) -> Configuration? {
    if root.isNull {
      root.mistake("the file is empty", hint: "start with transports and roles")
      return nil
    }
    // `x-…` is for anchors, as in other programs' files: nothing reads it.
    let extensions = root.node.mapping?.compactMap { $0.key.scalar?.text }.filter { $0.hasPrefix("x-") } ?? []
    guard let keys = root.keys(sections + extensions, of: "the file") else { return nil }
    let context = root.context
    // What gives names comes before what uses them.
    let senders = SendersSection.read(keys["senders"])
    let server = ServerSection.read(keys["server"], hasSenders: !context.senders.isEmpty)
    // Who is expected from outside and listens inside has a proxy before it.
    for sender in senders where sender.countsPeers && server.listen.isLoopback && server.publicURL != nil {
      keys["senders"]?.tell(
        SettingMistake(
          at: [sender.name], "all visitors come from the proxy's address and share one visitor_rate", hint: "add proxies: [127.0.0.1]",
          isWarning: true))
    }
    let readers = ReadersSection.read(keys["readers"], senders)
    for door in context.doors { SecretWords.tell(door.secret, door.reader, isOpen: !server.listen.isLoopback) }
    context.store = StoreSection.read(keys["store"])
    VendorsSection.read(keys["vendors"])
    let transports = TransportsSection.read(keys["transports"])
    let channels = ChannelsSection.read(keys["channels"])
    let calendars = CalendarsSection.read(keys["calendars"])
    let unrouted = keys["unrouted"].map { RouteReader.routes($0) } ?? []
    let tables = RolesSection.read(keys["roles"])
    let watches = WatchesSection.read(keys["watches"])
    let upstream = UpstreamSection.read(keys["upstream"])
    let tests = TestsSection.read(keys["tests"], senders: senders, tables: tables)
    if keys["roles"] == nil, keys["unrouted"] == nil, keys["upstream"] == nil {
      root.warning("there are no roles, so that no event goes anywhere", hint: "add roles, or unrouted: with the name of a channel")
    }
    Unused.tell(context)
    return Configuration(
      server: server, store: context.store, senders: senders, readers: readers,
      vendors: context.vendors, transports: transports, channels: channels, unrouted: unrouted, tables: tables,
      policies: context.policies, calendars: calendars, watches: watches,
      upstream: upstream, tests: tests, warnings: [])
  }
}
