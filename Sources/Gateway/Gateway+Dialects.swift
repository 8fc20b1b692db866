import Bellhop
import Courier
import Routing
import Senders
import Settings

// What senders say in their own dialects.
extension Gateway {
  /// What would become of a request to a sender that speaks a dialect, event by event: the event as it would be kept, and where it would go.
  /// Nobody asks what proves whose it is.
  /// - Parameters:
  ///   - headers: names and values, as far as the dialect looks at them.
  ///   - silences: as the running gateway shows them.
  /// - Returns: nil when the configuration has mistakes, or the sender speaks Bellhop's own form; a failure with why it would be refused.
  public static func explain(
    _ loaded: Loaded, body: [UInt8], headers: [(name: String, value: String)], from sender: String, at time: Timestamp?,
    writtenLike text: String? = nil, silences: [JSON] = []
  ) -> Result<[(event: JSON.Object, text: String, json: JSON)], Refused>? {
    guard let configuration = loaded.configuration, let known = configuration.senders.first(where: { $0.name == sender }),
      !known.dialect.isOwn
    else { return nil }
    let now = time ?? Timepiece.system.wall()
    let head = PostHead(headers: headers.map { .init($0.name.lowercased(), $0.value) })
    let router = Assembly.router(of: configuration)
    return known.read(body, head, limits: EventLimits(batch: configuration.server.limits.batch), at: now).map { events in
      events.map { event in
        let explanation = router.explain(event, at: now)
        let told = Hushed(explanation, silences).told(explanation, in: wallTime(of: configuration, writtenLike: text))
        let rules = RuleLines(explanation, configuration)
        return (event.json, told.text + rules.text, rules.added(to: told.json))
      }
    }.mapError { Refused(lines: ["\($0.status) \($0.title)"]) }
  }

  /// Why there is nobody of that name; nil where there is, as there are ``Sender/own`` and what comes through the socket.
  public static func doubt(aboutSender name: String, in loaded: Loaded) -> String? {
    let names = loaded.configuration?.senders.map(\.name) ?? []
    if names.contains(name) || [Sender.own, "local"].contains(name) { return nil }
    let near = name.nearest(among: names).map { "did you mean \($0)? " } ?? ""
    return names.isEmpty
      ? "there is no sender of that name, as none is configured"
      : "there is no sender of that name: \(near)there are: \(names.joined(separator: ", "))"
  }

  /// The dialect of a sender; nil where there is no such sender, or no configuration.
  public static func dialect(of sender: String, in loaded: Loaded) -> (name: String, isOwn: Bool)? {
    loaded.configuration?.senders.first { $0.name == sender }.map { ($0.dialect.name, $0.dialect.isOwn) }
  }
}
