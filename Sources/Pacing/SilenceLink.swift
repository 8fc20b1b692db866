import Bellhop
import Matching
import Store

/// The way from a message that is too loud, or too many, to the form for a silence of what it tells.
public enum SilenceLink {
  /// Where the dashboard has the form. It silences nothing by itself: the form asks how long, who and why.
  private static let path = "/silences/new"

  /// The link of a message: loud ones have one, and those that stand for many; nil for all others.
  /// - Parameter publicURL: `server.public_url` without a slash at its end.
  public static func link(for delivery: Delivery, publicURL: String) -> Message.Link? {
    filter(for: delivery).map { Message.Link(label: "Silence", url: "\(publicURL)\(path)?filter=\($0.percentEncoded())") }
  }

  /// Which events a silence would be about, in the grammar of ``FilterText``.
  static func filter(for delivery: Delivery) -> String? {
    let event = delivery.event
    let isOwn = event.sender == Event.gateway
    if isOwn, let kind = PaceSummary.Kind(rawValue: String(event.type.dropFirst(own.count))), event.type.hasPrefix(own) {
      return filter(of: event, kind)
    }
    return delivery.alert == .loud ? FilterText.like(event) : nil
  }

  private static let own = "bellhop."

  private static func filter(of event: Event, _ kind: PaceSummary.Kind) -> String? {
    switch kind {
    // The same again: a silence of what it is about pauses it.
    case .reminder, .escalation: return event.data["type"]?.string.map { FilterText.like(type: $0, subject: event.subject) }
    // Of one key.
    case .repeats, .flapping, .settled: return place(event, types: types(event), subject: event.subject)
    case .throttled, .digest, .report, .outlived, .others: return place(event, types: types(event), subject: nil)
    }
  }

  /// The types that it counts; of more than it names nobody can say which.
  private static func types(_ event: Event) -> [String] {
    let types = event.data["types"]?.object?.members.map(\.key) ?? []
    return types.contains(Tally.others) ? [] : types
  }

  /// What the role hears by this row. A row without a name is known by its types alone.
  private static func place(_ event: Event, types: [String], subject: String?) -> String? {
    var terms: [String] = []
    if let role = event.data["role"]?.string, !role.isEmpty { terms.append("role:\(FilterText.quoted(role))") }
    if let row = event.data["row"]?.string, !row.hasPrefix("#") {
      terms.append("row:\(FilterText.quoted(row))")
    } else if types.isEmpty {
      return nil
    }
    if !types.isEmpty, types.count <= few { terms.append("type:\(types.map(FilterText.quoted).joined(separator: ","))") }
    if let subject, !subject.isEmpty { terms.append("subject:\(FilterText.quoted(subject))") }
    return terms.isEmpty ? nil : terms.joined(separator: " ")
  }

  /// So many types are named; of more the row says enough, and the address stays short.
  private static let few = 3
}
