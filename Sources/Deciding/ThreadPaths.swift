import Bellhop
import Routing

/// What the house says of an event goes in the thread of that event, whatever the thread goes by: the values that targets name are taken over.
public struct ThreadPaths: Sendable {
  private let paths: [[String]]

  /// Those of a configuration's targets.
  init(_ router: Router) { paths = router.threadPaths }

  /// The event with these values of the one that it is about. What it says itself under such a key stays.
  func carry(from model: Event?, to told: Event) -> Event {
    guard !paths.isEmpty, let model else { return told }
    var told = told
    for path in paths {
      guard let key = path.first, let value = JSON.object(model.data).value(at: path[...]), Self.isPlain(value) else { continue }
      if let own = told.data[key], path.count == 1 || own.object == nil { continue }
      told.data[key] = Self.setting(value, at: path.dropFirst(), in: told.data[key])
    }
    return told
  }

  /// A thread goes by what is one word to people.
  private static func isPlain(_ value: JSON) -> Bool { value.array == nil && value.object == nil && !value.isNull }

  private static func setting(_ value: JSON, at path: ArraySlice<String>, in old: JSON?) -> JSON {
    guard let key = path.first else { return value }
    var object = old?.object ?? [:]
    object[key] = setting(value, at: path.dropFirst(), in: object[key])
    return .object(object)
  }
}
