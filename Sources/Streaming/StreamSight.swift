import Bellhop
import Matching
import Store

/// What one reader of a stream sees: what it may, and of that what it asked for. Readers with the same sight are told the same bytes.
public struct StreamSight: Sendable, Hashable {
  /// The roles that the reader may see; nil is all of them.
  let only: Set<String>?
  private let type: Glob?
  private let role: String?
  private let filter: EventFilter

  /// States of deliveries and fates of events, as `state:` takes them.
  static let states = DeliveryState.allCases.map(\.word) + Fate.allCases.map(\.word)

  /// - Parameters:
  ///   - text: A filter: ``FilterText`` with `role`, `row` and `state`.
  ///   - type: A glob.
  ///   - only: The roles whose events and deliveries the reader may see; nil is all there is.
  /// - Throws: the first mistake in the filter.
  public init(_ text: String = "", type: String? = nil, role: String? = nil, only: Set<String>? = nil) throws(StreamMistake) {
    do throws(FilterMistake) { filter = try FilterText.parse(text, allowing: [.role, .row, .state]) } catch {
      throw StreamMistake(error, in: text)
    }
    if let word = filter.states.first(where: { !Self.states.contains($0) }) { throw StreamMistake(state: word, in: text) }
    self.type = type.map(Glob.init)
    self.role = role
    self.only = only
  }

  /// Whether an event is shown, of which the reader may see this much.
  func takes(_ event: HistoryEvent) -> Bool {
    guard isAbout(event.event) else { return false }
    if role == nil, filter.roles.isEmpty, filter.rows.isEmpty {
      if filter.states.isEmpty || filter.states.contains(event.fate.word) { return true }
    }
    return event.deliveries.contains(where: takes)
  }

  /// Whether what became of a delivery is shown.
  func takes(_ delivery: HistoryDelivery, of event: Event) -> Bool { takes(delivery) && isAbout(event) }

  private func isAbout(_ event: Event) -> Bool { (type?.matches(event.type) ?? true) && filter.matches(event) }

  private func takes(_ delivery: HistoryDelivery) -> Bool {
    if let role, role != delivery.role { return false }
    if !filter.roles.isEmpty, !filter.roles.contains(delivery.role) { return false }
    if !filter.rows.isEmpty, !filter.rows.contains(delivery.row ?? "") { return false }
    return filter.states.isEmpty || filter.states.contains(delivery.state.word)
  }
}
