import Bellhop
import Matching
import Templates

/// The rows of one role, in the order of the file: the first that matches wins unless it says `continue: true`.
public struct Table: Sendable {
  /// Whose it is.
  public var role: String
  /// In the order of the file.
  public var rows: [Row]

  /// A table of these rows.
  public init(role: String, rows: [Row]) {
    self.role = role
    self.rows = rows
  }
}

/// A line of a table: which events, to whom, how loud, in which words.
public struct Row: Sendable {
  /// What people and noise rules call it.
  public var name: String?
  /// Which events it is for.
  public var match: Match
  /// What ends the problems that it tells of: events that it is offered too, whatever ``match`` says.
  public var resolves: Match?
  /// Where they go.
  public var to: [Route]
  /// How loud.
  public var alert: Alert
  /// A short heading; nil is none.
  public var title: Template?
  /// Nil is the event's own text.
  public var text: Template?
  /// Labelled facts below the text.
  public var fields: [Labelled]
  /// Labelled addresses; what is no address for an event becomes a field.
  public var links: [Labelled]
  /// Later rows of the role are offered the event too.
  public var `continue`: Bool
  /// The name of a calendar: deliveries wait until it is open.
  public var holdUntil: String?
  /// Where a delivery goes when it is dead.
  public var fallback: [Route]
  /// Who is told in the end where nobody acknowledges it.
  public var escalation: [Route] = []
  /// Where it stands, for people: `bellhop.yaml:41`.
  public var position: String

  /// What its noise rules keep their states under; a row without a name is known by its place in its table.
  public func pacedName(at index: Int) -> String { name ?? "#\(index + 1)" }

  /// A template with a label: a field or a link.
  public struct Labelled: Sendable {
    /// What people read in front of it.
    public var label: String
    /// Its value.
    public var template: Template
    /// A label and its value.
    public init(label: String, template: Template) {
      self.label = label
      self.template = template
    }
  }

  /// A row; without a match it is for every event.
  public init(
    name: String? = nil, match: Match = .all([]), resolves: Match? = nil, to: [Route] = [], alert: Alert = .normal, title: Template? = nil,
    text: Template? = nil,
    fields: [Labelled] = [], links: [Labelled] = [], continue: Bool = false, holdUntil: String? = nil, fallback: [Route] = [],
    position: String = ""
  ) {
    self.name = name
    self.match = match
    self.resolves = resolves
    self.to = to
    self.alert = alert
    self.title = title
    self.text = text
    self.fields = fields
    self.links = links
    self.continue = `continue`
    self.holdUntil = holdUntil
    self.fallback = fallback
    self.position = position
  }
}

/// What `to:` and `fallback:` name.
public enum Route: Sendable, Hashable {
  case channel(String)
  /// A transport with a target written in the row.
  case transport(String, TargetTemplate)

  /// Of the channel or the transport.
  public var name: String {
    switch self {
    case .channel(let name), .transport(let name, _): name
    }
  }
}

/// A target as written: values of its fields, some with `{{…}}`, and the globs that what they give must match.
public struct TargetTemplate: Sendable, Hashable {
  /// Values with `{{…}}` in them.
  public var target: Target
  /// Empty when nothing is templated.
  public var only: [Glob]

  /// A target; `only` where it is templated.
  public init(_ target: Target = Target(), only: [Glob] = []) {
    self.target = target
    self.only = only
  }
}
