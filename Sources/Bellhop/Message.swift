/// What a row makes of an event, free of any vendor. Made when planned; printed by the transport at each attempt.
public struct Message: Sendable, Hashable {
  /// The same at every attempt, unique across stores: receivers can drop repeats by it.
  public var id: String
  /// The event it tells of.
  public var event: Event
  /// The role whose table sent it; empty for the `unrouted` channel and for `ring`.
  public var role: String
  /// The name of the row, where it has one.
  public var row: String?
  /// A short heading; nil where the text says it all. One with nothing to see in it is none.
  public var title: Text?
  /// What people read: what a row's template made, or the event's own text. Empty only beneath a title that says it all.
  public var text: Text
  /// Labelled facts, in the row's order.
  public var fields: [Fact]
  /// What to look at next, in the row's order.
  public var links: [Link]
  /// The event's; it may colour a message but never makes it louder.
  public var severity: Severity { event.severity }
  /// How loud the row wants it to arrive.
  public var alert: Alert
  /// The page of the event in this gateway, when `server.public_url` is set: where cut text can be read whole.
  public var page: String?

  /// A labelled fact.
  public struct Fact: Sendable, Hashable {
    /// The label, plain.
    public var name: String
    /// What it says.
    public var value: Text
    /// A label and its value.
    public init(name: String, value: Text) {
      self.name = name
      self.value = value
    }
  }

  /// Something to open.
  public struct Link: Sendable, Hashable {
    /// What people see of it; transports without links print `label: url`.
    public var label: String
    /// An absolute address.
    public var url: String
    /// A label and its address, which is not checked here.
    public init(label: String, url: String) {
      self.label = label
      self.url = url
    }
  }

  /// The event's own text without heading, facts and links, unless told otherwise. There is something to see in every message: where the
  /// text shows nothing the title stands alone, and without a title the event's own text, or its type and subject, stands in.
  /// Nothing in it turns the direction of reading round.
  public init(
    id: String, event: Event, role: String = "", row: String? = nil, title: Text? = nil, text: Text? = nil, fields: [Fact] = [],
    links: [Link] = [], alert: Alert = .normal, page: String? = nil
  ) {
    self.id = id
    self.event = event
    self.role = role
    self.row = row
    self.title = title.flatMap { $0.isVisible ? $0.undirected : nil }
    let text = text ?? Text(literal: event.text)
    self.text = text.isVisible ? text.undirected : self.title == nil ? Self.standIn(event) : Text()
    self.fields = fields.map { Fact(name: Text.undirected($0.name), value: $0.value.undirected) }
    self.links = links.map { Link(label: Text.undirected($0.label), url: Text.undirected($0.url)) }
    self.alert = alert
    self.page = page
  }

  /// What is said where nothing else is: the event's text, else what happened to whom.
  private static func standIn(_ event: Event) -> Text {
    let words = [event.text, [event.type, event.subject ?? ""].filter(Text.isVisible).joined(separator: " "), "message"]
    return Text(literal: words.first(where: Text.isVisible) ?? "").undirected
  }
}
