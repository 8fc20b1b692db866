import Bellhop
import Store

/// The first page: what happens, and what was sent to whom.
public struct HomePage: Sendable {
  /// Newest first, of the roles and types that the address asks for.
  public var events: [HistoryEvent]
  /// Newest first, as the address asks for them.
  public var deliveries: ToldDeliveries
  /// The filters of the address, as typed.
  public var query: PageQuery
  /// The roles that its field offers.
  public var roles: [String]
  /// The channels that its field offers.
  public var channels: [String]
  /// What is wrong with the filters; nothing is listed then.
  public var flaw: FormFlaw?
  /// The stream is there for who looks.
  public var isLive: Bool

  /// What it shows.
  public init(
    events: [HistoryEvent], deliveries: ToldDeliveries = ToldDeliveries(deliveries: []), query: PageQuery = PageQuery(),
    roles: [String] = [], channels: [String] = [], flaw: FormFlaw? = nil, isLive: Bool = true
  ) {
    self.events = events
    self.deliveries = deliveries
    self.query = query
    self.roles = roles
    self.channels = channels
    self.flaw = flaw
    self.isLive = isLive
  }

  /// The names of the filters that its address may hold.
  public static let filters = ["role", "type", "channel", "state", "since", "until", "q", "before"]

  private static let labels = [
    "role": "Role", "type": "Type", "channel": "Channel", "state": "What became of it", "since": "Since", "until": "Until", "q": "Words",
  ]

  /// What stands below its heading.
  public var content: SafeHTML {
    if let flaw { return "\(form)\(SafeHTML.mistake(flaw, in: flaw.field.map { Self.labels[$0] ?? $0 }))" }
    return "\(form)<div class=\"lists\">\(feed)\(sent)</div>"
  }

  private var form: SafeHTML {
    let states = DeliveryState.allCases.map { state in
      let chosen: SafeHTML = query["state"] == state.word ? " selected" : ""
      return "<option\(chosen)>\(state.word)</option>" as SafeHTML
    }.joined()
    func field(_ label: String, _ name: String, list: String? = nil, hint: String = "") -> SafeHTML {
      .filter(label, name, query, list: list, hint: hint, wrong: flaw)
    }
    let isNarrowed = !query.values.isEmpty
    return """
      <details class="filters"\(isNarrowed || flaw != nil ? " open" : .none)><summary>Filters</summary><form class="filters" action="/" aria-label="Filters">
      <fieldset><legend>Both lists</legend>\(field("Role", "role", list: "roles"))\(field("Type", "type", hint: "payment.*"))</fieldset>
      <fieldset><legend>What was sent</legend>\(field("Channel", "channel", list: "channels"))\
      <label>What became of it <select name="state"><option value="">anything</option>\(states)</select></label>\
      \(field("Since", "since", list: "lengths", hint: "24h"))\(field("Until", "until", list: "lengths", hint: "1h"))\
      \(field("Words", "q", hint: "jane@example.com"))</fieldset>
      <button>Show</button>\(isNarrowed ? " <a href=\"/\">Show all</a>" : .none)
      \(SafeHTML.offers("roles", roles))\(SafeHTML.offers("channels", channels))\(SafeHTML.offers("lengths", ["1h", "24h", "7d"]))</form></details>
      """
  }

  private var isNarrowedByEvent: Bool { query["role"] != nil || query["type"] != nil }

  private var feed: SafeHTML {
    let rows = events.map { event in
      SafeHTML.item(
        " data-event=\"\(event.sequence)\"", short: [.time(event.received), .severity(event.event.severity)], long: [.line(event)])
    }
    let all = query.with("role", nil).with("type", nil).address("/")
    let empty: SafeHTML =
      if isNarrowedByEvent {
        .empty("Nothing like that has happened lately. <a href=\"\(all)\">Show every role and type</a>.")
      } else {
        .empty("Nothing has happened yet. Try <code>bellhop send --type user.registered --subject you</code>.")
      }
    return """
      <section class="feed" aria-labelledby="feed-title"><h2 id="feed-title">What happens</h2>
      \(controls)\(events.isEmpty ? empty : .none)
      \(SafeHTML.table("Newest events", ["Received", "Severity", "Event"], rows, live("events"), stacks: true))</section>
      """
  }

  /// For the script, which shows them: without it nothing here would do anything.
  private var controls: SafeHTML {
    guard isLive else { return .none }
    return """
      <div class="live" id="live" hidden><span id="live-state">Connecting…</span> <button type="button" id="live-pause" aria-pressed="false">Pause</button>
      <label>Ding <select id="live-ding"><option value="">never</option><option value="loud">when something is loud</option>\
      <option value="all">at everything</option></select></label><span id="live-said" role="status" class="unseen"></span></div>
      """
  }

  /// What the script needs in order to add rows that the filters of the address take.
  private func live(_ list: String) -> SafeHTML {
    isLive ? " data-live=\"\(list)\" data-role=\"\(query["role"] ?? "")\" data-type=\"\(query["type"] ?? "")\"" : .none
  }

  private var sent: SafeHTML {
    let rows = deliveries.deliveries.map { told in
      SafeHTML.sent(told.delivery, about: told.event)
    }
    // What is narrowed further, or older, is as it was when it was asked for.
    let isNewest = ["channel", "state", "since", "until", "q", "before"].allSatisfy { query[$0] == nil }
    let empty: SafeHTML =
      if query.values.isEmpty {
        .empty("Nothing was sent yet. <code>bellhop explain --type user.registered</code> tells where an event would go.")
      } else if deliveries.next != nil {
        .empty("Nothing like that was found so far.")
      } else {
        .empty("Nothing like that was sent. <a href=\"/\">Show all</a>.")
      }
    let heads = ["Received", "Role", "To", "What became of it", "Event"]
    let older = deliveries.next.map { query.with("before", String($0)).address("/") }
    return """
      <section aria-labelledby="sent-title"><h2 id="sent-title">What was sent to whom, and did it arrive</h2>
      \(deliveries.deliveries.isEmpty ? empty : .none)
      \(SafeHTML.table("Newest deliveries", heads, rows, isNewest ? live("deliveries") : .none, stacks: true))
      \(SafeHTML.older(older, back: deliveries.back, "Older ones"))</section>
      """
  }
}

extension SafeHTML {
  /// A delivery as a row of the list of what was sent.
  static func sent(_ delivery: HistoryDelivery, about event: HistoryEvent) -> SafeHTML {
    .item(
      " data-delivery=\"\(delivery.id)\"", short: [.time(event.received), .role(delivery.role), .place(delivery)],
      long: [.fate(delivery, received: event.received), .line(event)])
  }
}
