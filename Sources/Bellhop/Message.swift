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
  /// A short heading; nil where the text says it all.
  public var title: Text?
  public var text: Text
  /// Labelled facts, in the row's order.
  public var fields: [Field]
  public var links: [Link]
  public var severity: Severity { event.severity }
  public var alert: Alert
  /// The page of the event in this gateway, when `server.public_url` is set: where cut text can be read whole.
  public var page: String?

  public struct Field: Sendable, Hashable {
    public var name: String
    public var value: Text
    public init(name: String, value: Text) {
      self.name = name
      self.value = value
    }
  }

  public struct Link: Sendable, Hashable {
    public var label: String
    public var url: String
    public init(label: String, url: String) {
      self.label = label
      self.url = url
    }
  }

  public init(
    id: String, event: Event, role: String = "", row: String? = nil, title: Text? = nil, text: Text? = nil, fields: [Field] = [],
    links: [Link] = [], alert: Alert = .normal, page: String? = nil
  ) {
    self.id = id
    self.event = event
    self.role = role
    self.row = row
    self.title = title
    self.text = text ?? Text(literal: event.text)
    self.fields = fields
    self.links = links
    self.alert = alert
    self.page = page
  }
}
