import Bellhop
import Courier
import Curl
import Foundation
import Routing
import Senders
import Settings

/// What the command line asks of a configuration, with or without a running gateway.
public enum Gateway {
  /// One engine for the process: its thread starts with the first request.
  static let engine = Engine()

  /// Reads and checks the file at `path`. Relative paths inside it are relative to its folder.
  public static func load(_ path: String) -> Loaded {
    let folder = URL(filePath: path).deletingLastPathComponent()
    func place(_ store: String) -> String {
      store.hasPrefix("/") ? store : folder.appending(path: store).standardizedFileURL.path(percentEncoded: false)
    }
    do throws(Mistakes) {
      let configuration = try Configuration.load(path: path, kinds: allKinds(engine), vendor: vendorPage)
      return Loaded(
        mistakes: [], warnings: configuration.warnings.map(\.description), folder: place(configuration.store.path),
        configuration: configuration)
    } catch {
      return Loaded(
        mistakes: error.all.filter { !$0.isWarning }.map(\.description), warnings: error.all.filter(\.isWarning).map(\.description),
        folder: place(error.store), configuration: nil)
    }
  }

  /// What would run, for `bellhop check`.
  public static func summary(_ loaded: Loaded) -> String {
    guard let configuration = loaded.configuration else { return "Nothing: the configuration has mistakes." }
    var lines = ["listens on \(configuration.server.listen.description), stores in \(loaded.folder)"]
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
  /// - Returns: nil when the configuration has mistakes; a failure with all that is wrong with the event, a line each.
  public static func explain(
    _ loaded: Loaded, event: JSON.Object, from sender: String?, at time: Timestamp?
  ) -> Result<(text: String, json: JSON), Refused>? {
    guard let configuration = loaded.configuration else { return nil }
    let time = time ?? Timepiece.system.wall()
    let sender = sender ?? (event["type"]?.string.map(Sender.isOwn) == true ? Sender.own : "local")
    let known = configuration.senders.first { $0.name == sender }
    // Bellhop's own, and those that come through the socket.
    guard known != nil || configuration.senders.isEmpty || ["bellhop", "local"].contains(sender) else {
      let names = configuration.senders.map(\.name).joined(separator: ", ")
      return .failure(Refused(lines: ["there is no sender \(sender); there are: \(names)"]))
    }
    return (known ?? Sender(name: sender)).decode(event, at: time).map { event in
      let explanation = Assembly.router(of: configuration).explain(event, at: time)
      return (explanation.text, explanation.json)
    }.mapError { rejection in
      let problems = rejection.problems.map { [$0.field, $0.detail].compactMap(\.self).joined(separator: ": ") }
      return Refused(lines: problems.isEmpty ? [rejection.title] : problems)
    }
  }

  /// Why an event would not be taken.
  public struct Refused: Error, Sendable {
    /// `/severity: …`, a line each.
    public var lines: [String]
  }

  /// Sends a test message without a running gateway: `{"rung": […]}` or `{"error": …}`.
  public static func ring(_ loaded: Loaded, name: String, text: String?) async -> JSON {
    guard let configuration = loaded.configuration else { return ["error": "the configuration has mistakes: see `bellhop check`"] }
    let assembly = Assembly(configuration)
    let answer = await Ringing.ring(name, text: text, roster: assembly.roster, at: Timepiece.system.wall())
    for way in assembly.roster.ways.values { await way.transport.close() }
    return answer
  }

  /// The JSON Schema of the configuration, for editors.
  public static func schema() -> JSON { Schema.document(kinds: allKinds(engine)) }
}
