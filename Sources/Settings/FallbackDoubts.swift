import Bellhop
import Routing

/// Fallbacks that never come: an event is not sent again to where it already goes.
enum FallbackDoubts {
  static func tell(_ row: Row, _ reader: Reader) {
    let context = reader.context
    let known = row.to.compactMap { lanes($0, context) }
    guard known.count == row.to.count, let elements = reader.elements("the name of a channel or a transport") else { return }
    let taken = known.reduce(into: Set<String>()) { $0.formUnion($1) }
    for (element, route) in zip(elements, row.fallback) where elements.count == row.fallback.count {
      guard let own = lanes(route, context), !own.isEmpty, own.isSubset(of: taken) else { continue }
      element.warning("this never comes: the row goes there already", hint: "name another place, through another transport")
    }
  }

  /// Where a route leads; nil where an event decides, or something there is wrong.
  private static func lanes(_ route: Route, _ context: Context) -> Set<String>? {
    let places: [Place]
    switch route {
    case .transport(let transport, let template): places = [Place(transport: transport, target: template.target)]
    case .channel(let name):
      guard let found = context.places[name] else { return nil }
      places = found.map(\.place)
    }
    if places.contains(where: { $0.target.values.members.contains(where: \.value.holdsTemplate) }) { return nil }
    return Set(places.flatMap { lanes($0, context) })
  }

  /// One for each recipient.
  private static func lanes(_ place: Place, _ context: Context) -> [String] {
    let field = context.transports[place.transport]?.kind?.target.first(where: \.expands)?.name
    guard let field, let elements = place.target[field]?.array else { return [place.lane] }
    return elements.map { element in
      var values = place.target.values
      values[field] = .array([element])
      return Place(transport: place.transport, target: Target(values)).lane
    }
  }
}
