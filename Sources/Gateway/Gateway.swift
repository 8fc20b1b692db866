import Bellhop
import Courier
import Curl
import Foundation
import Glibc
import Matching
import Routing
import Senders
import Settings
import Web

/// What the command line asks of a configuration, with or without a running gateway.
public enum Gateway {
  /// One engine for the process: its thread starts with the first request.
  static let engine = Engine()

  /// The environment of the installed service, beside its configuration.
  private static let installed = (configuration: "/etc/bellhop/bellhop.yaml", environment: "/etc/bellhop/environment")

  /// Reads and checks the file at `path`, for who is going to run it. Relative paths inside it are relative to its folder.
  public static func load(_ path: String) -> Loaded { load(path, environment: Environment.value, readFile: Files.read, unset: .mistake) }

  /// The same for who looks at a configuration that runs elsewhere, or beside its service: what is not set here is unknown and no mistake.
  /// - Parameters:
  ///   - path: may also be a pipe, or `-` for standard input.
  ///   - environmentFile: variables in systemd's form; without it, those of the installed service beside its configuration, where this
  ///     process may read them.
  /// - Throws: why the file of variables cannot be read.
  public static func look(_ path: String, environmentFile: String? = nil) throws(LaunchError) -> Loaded {
    var values: [String: String] = [:]
    if let file = environmentFile {
      do throws(FileError) { values = EnvironmentFile(parsing: try Files.readAny(file)).values } catch {
        throw LaunchError("\(file) cannot be read (\(error)): name a file with lines NAME=value")
      }
    } else if path == installed.configuration, let bytes = try? Files.read(installed.environment) {
      values = EnvironmentFile(parsing: bytes).values
    }
    let read = { (file: String) throws(FileError) -> [UInt8] in try file == path ? Files.readAny(file) : Files.read(file) }
    var loaded = load(path, environment: { values[$0] ?? Environment.value(of: $0) }, readFile: read, unset: .unknown)
    if path != "-" { loaded.file = SocketNote.whole(path) }
    if Glibc.access(loaded.own, F_OK) != 0 { loaded.noted = SocketNote(of: path).socket() }
    return loaded
  }

  private static func load(
    _ path: String, environment: @escaping (String) -> String?, readFile: @escaping (String) throws(FileError) -> [UInt8],
    unset: Configuration.Unset
  ) -> Loaded {
    let folder = URL(filePath: path).deletingLastPathComponent()
    func place(_ store: String) -> String {
      store.hasPrefix("/") ? store : folder.appending(path: store).standardizedFileURL.path(percentEncoded: false)
    }
    do throws(Mistakes) {
      let configuration = try Configuration.load(
        path: path, kinds: allKinds(engine), vendor: vendorPage,
        checkIdentity: { ListenerIdentity.check(certificate: $0, key: $1, at: $2) }, environment: environment, readFile: readFile,
        unset: unset)
      return Loaded(
        found: configuration.warnings.map { (String(describing: $0), true) }, folder: place(configuration.store.path),
        unknown: configuration.unknown, configuration: configuration)
    } catch {
      return Loaded(
        found: error.all.map { (String(describing: $0), $0.isWarning) }, folder: place(error.store), unknown: error.unknown,
        configuration: nil)
    }
  }

  /// A test that passes as things are, in the words of this configuration: for who has none yet.
  public static func exampleTest(_ loaded: Loaded) -> String {
    let matches = loaded.configuration?.tables.flatMap(\.rows).map(\.match) ?? []
    let pattern = matches.lazy.compactMap(\.firstType).first ?? "user.registered"
    let type = pattern.replacing("**", with: "*").replacing("*", with: "example")
    guard let configuration = loaded.configuration,
      case .success(let event) = Sender(name: "local").decode(["type": .string(type)], at: .now)
    else { return "  - { event: { type: user.registered }, expect: {} }" }
    let isHourly = configuration.tables.contains { $0.rowDecidedByTheHour(for: event) != nil }
    let heard = heard(Assembly.router(of: configuration).plan(event, at: event.time)).sorted { $0.key < $1.key }
    let expect = heard.map { "\($0.key): [\($0.value.sorted().joined(separator: ", "))]" }.joined(separator: ", ")
    return
      "  - { event: { type: \(type) }, \(isHourly ? "at: \(event.time.rfc3339), " : "")expect: {\(expect.isEmpty ? "" : " \(expect) ")} }"
  }

  /// What would run, for `bellhop check`.
  public static func summary(_ loaded: Loaded) -> String {
    guard let configuration = loaded.configuration else { return "Nothing: the configuration has mistakes." }
    var lines = [
      "listens on \(configuration.server.listen.description)\(configuration.server.tls == nil ? "" : " with TLS"), stores in \(loaded.folder)"
    ]
    let senders = configuration.senders.map(\.name)
    lines.append(senders.isEmpty ? "senders: anybody on this machine" : "senders: \(senders.joined(separator: ", "))")
    lines += configuration.transports.map { "transport \($0.name): \($0.kind.name)" }
    lines += configuration.channels.map { "channel \($0.name): \($0.places.map(\.place.lane).joined(separator: ", "))" }
    if let upstream = configuration.upstream {
      lines.append("upstream \(upstream.url): \(upstream.take.map { "\($0.remote) to \($0.local.name)" }.joined(separator: ", "))")
    }
    lines += configuration.tables.map { "role \($0.role): \($0.rows.count) \($0.rows.count == 1 ? "row" : "rows")" }
    return lines.joined(separator: "\n")
  }

  /// What would become of an event that a sender posted (`local` where it is nil), and why.
  /// - Parameters:
  ///   - text: the time as it was written: times are shown at its offset; nil is the zone of the calendars, or of this machine.
  ///   - silences: as the running gateway shows them.
  ///   - past: events that came before, as they are posted or as the history shows them: what noise rules make of the event depends on them.
  /// - Returns: nil when the configuration has mistakes; a failure with all that is wrong with the event, a line each.
  public static func explain(
    _ loaded: Loaded, event: JSON.Object, from sender: String?, at time: Timestamp?, writtenLike text: String? = nil,
    silences: [JSON] = [], after past: [JSON.Object]? = nil
  ) -> Result<(text: String, json: JSON), Refused>? {
    guard let configuration = loaded.configuration else { return nil }
    let time = time ?? Timepiece.system.wall()
    do throws(Refused) {
      let event = try read(event, from: sender, at: time, configuration)
      let before = try past.map { lines throws(Refused) in try earlier(lines, than: time, configuration) }
      let explanation = Assembly.router(of: configuration).explain(event, at: time)
      let wall = wallTime(of: configuration, writtenLike: text)
      var told = Hushed(explanation, silences).told(explanation, in: wall)
      let rules = RuleLines(explanation, configuration)
      (told.text, told.json) = (told.text + rules.text, rules.added(to: told.json))
      guard let before else { return .success(told) }
      let aftermath = Aftermath(before, then: event, at: time, configuration)
      return .success((told.text + aftermath.text(as: wall.text), aftermath.added(to: told.json)))
    } catch { return .failure(error) }
  }

  /// An event as its sender would have posted it then.
  private static func read(
    _ event: JSON.Object, from sender: String?, at time: Timestamp, _ configuration: Configuration
  ) throws(Refused) -> Event {
    let sender = sender ?? (event["type"]?.string.map(Sender.isOwn) == true ? Sender.own : "local")
    let known = configuration.senders.first { $0.name == sender }
    // Bellhop's own, and those that come through the socket.
    guard known != nil || configuration.senders.isEmpty || ["bellhop", "local"].contains(sender) else {
      let names = configuration.senders.map(\.name).joined(separator: ", ")
      throw Refused(lines: ["there is no sender \(sender); there are: \(names)"])
    }
    switch (known ?? Sender(name: sender)).decode(event, at: time) {
    case .success(let event): return event
    case .failure(let rejection):
      let problems = rejection.problems.map { [$0.field, $0.detail].compactMap(\.self).joined(separator: ": ") }
      throw Refused(lines: problems.isEmpty ? [rejection.title] : problems)
    }
  }

  /// The lines of a past, the oldest first: each was received at its `received` or else its `time`, where it says one.
  private static func earlier(
    _ lines: [JSON.Object], than time: Timestamp, _ configuration: Configuration
  ) throws(Refused) -> [(event: Event, at: Timestamp)] {
    var past: [(event: Event, at: Timestamp)] = []
    for (number, line) in lines.enumerated() {
      var posted = JSON.Object(line.members.filter { !historyKeys.contains($0.key) })
      // One without an id is no repeat of another.
      if posted["id"] == nil { posted["id"] = .string("line-\(number + 1)") }
      do throws(Refused) {
        guard let at = (line["received"] ?? line["time"])?.string.flatMap({ Timestamp(rfc3339: $0) }) else {
          throw Refused(lines: ["it needs a time, such as \"time\":\"2026-11-23T09:30:00Z\""])
        }
        guard at <= time else { throw Refused(lines: ["it comes after the event that is explained: say --at"]) }
        past.append((try read(posted, from: line["sender"]?.string, at: at, configuration), at))
      } catch {
        throw Refused(lines: error.lines.map { "event \(number + 1) of the past: \($0)" })
      }
    }
    return past.enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }

  /// The keys that the history adds to an event.
  public static let historyKeys: Set<String> = ["sequence", "received", "sender", "fate", "note", "deliveries"]

  /// Hours are asked about in the zone of the calendars, where there is one.
  static func wallTime(of configuration: Configuration, writtenLike text: String?) -> WallTime {
    let zones = Set(configuration.calendars.map(\.zone))
    return text.flatMap(WallTime.init(writtenLike:)) ?? (zones.count == 1 ? zones.first.flatMap(WallTime.init(zone:)) : nil) ?? .here
  }

  /// Why an event would not be taken.
  public struct Refused: Error, Sendable {
    /// `/severity: …`, a line each.
    public var lines: [String]
  }

  /// Sends a test message without a running gateway: `{"rung": […]}` or `{"error": …}`.
  public static func ring(_ loaded: Loaded, name: String, text: String?) async -> JSON {
    guard let configuration = loaded.configuration else { return ["error": "the configuration has mistakes: see `bellhop check`"] }
    let assembly = Assembly(configuration, only: reached(by: name, configuration))
    let answer = await Ringing.ring(name, text: text, roster: assembly.roster, at: Timepiece.system.wall())
    for way in assembly.roster.ways.values { await way.transport.close() }
    return answer
  }

  /// The transports that a channel or a transport of that name needs: making one may already take hold of something, such as a line.
  static func reached(by name: String, _ configuration: Configuration) -> Set<String> {
    let channel = configuration.channels.first { $0.name == name }
    return channel.map { Set($0.places.map(\.place.transport)) } ?? [name]
  }

  /// The JSON Schema of the configuration, for editors.
  public static func schema() -> JSON { Schema.document(kinds: allKinds(engine)) }
}
