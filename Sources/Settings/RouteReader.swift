import Bellhop
import Routing

/// Reads `to`, `fallback` and `unrouted`: the name of a channel or a transport, a target written in place, or a list of these.
enum RouteReader {
  static func routes(_ reader: Reader) -> [Route] {
    var routes: [Route] = []
    for element in reader.elements("the name of a channel or a transport") ?? [] {
      for route in self.routes(of: element) {
        if routes.contains(route) {
          element.mistake("the same stands twice", hint: "remove one")
        } else {
          routes.append(route)
        }
      }
    }
    return routes
  }

  private static func routes(of reader: Reader) -> [Route] {
    if reader.node.scalar != nil || reader.node.sequence != nil { return route(named: reader).map { [$0] } ?? [] }
    let pairs = reader.pairs("the name of a channel or a transport") ?? []
    return pairs.compactMap { name, mark, value in
      guard TargetReader.isTransport(name, at: mark, value) else { return nil }
      return TargetReader.target(value, transport: name).map { .transport(name, $0) }
    }
  }

  private static func route(named reader: Reader) -> Route? {
    let context = reader.context
    guard let text = reader.text("the name of a channel or a transport") else { return nil }
    let name = text.text
    if context.channels[name] != nil {
      context.used.insert(name)
      return .channel(name)
    }
    if context.transports[name] != nil {
      context.used.insert(name)
      let nothing = Reader(node: .init(at: reader.node.mark, .mapping([])), path: reader.path, context: context)
      return TargetReader.target(nothing, transport: name).map { .transport(name, $0) }
    }
    let names = (Array(context.channels.keys) + Array(context.transports.keys)).sorted()
    reader.mistake(
      "there is no channel or transport \(text.shown)", hint: Words.hint(name, among: names, called: "channels and transports"))
    return nil
  }
}
