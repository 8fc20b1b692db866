import Bellhop
import Routing

/// Reads `channels`. They share their names with transports, because rows name both.
enum ChannelsSection {
  static func read(_ reader: Reader?) -> [ChannelSettings] {
    guard let reader else { return [] }
    let context = reader.context
    return Names.pairs(reader, "a mapping of channels").compactMap { name, mark, value in
      context.channels[name] = mark
      if let transport = context.transports[name] {
        context.tell(
          mark, value.path, "a transport has this name too, on line \(transport.mark.line)",
          hint: "rows name channels and transports alike: rename one")
      }
      guard let pairs = value.pairs("a mapping of transports to targets, such as { \(context.transports.keys.min() ?? "log"): {} }")
      else { return nil }
      if pairs.isEmpty {
        value.mistake("the channel goes nowhere", hint: "name at least one transport: { \(context.transports.keys.min() ?? "log"): {} }")
      }
      let places: [ChannelPlace] = pairs.compactMap { transport, mark, target in
        guard TargetReader.isTransport(transport, at: mark, target) else { return nil }
        return TargetReader.target(target, transport: transport).map {
          ChannelPlace(Place(transport: transport, target: $0.target), only: $0.only)
        }
      }
      if places.count == pairs.count { context.places[name] = places }
      return ChannelSettings(name: name, places: places)
    }
  }
}
