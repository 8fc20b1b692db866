import Bellhop

/// The useful part of a vendor's body, of bounded size: what stands first is kept, and where something was left out it says so.
struct Excerpt {
  /// Bytes of all keys and values, about.
  var room = 32_768
  /// Bytes of one text.
  var longest = 4_096
  /// Keys that say nothing to people or rows.
  var isNoise: (String) -> Bool = { _ in false }
  /// Something was left out because there was no room.
  private(set) var isCut = false

  /// What was taken of an object.
  mutating func taken(_ object: JSON.Object) -> JSON {
    var out = JSON.Object()
    for member in object.members {
      guard room > 0 else {
        isCut = true
        break
      }
      if isNoise(member.key) { continue }
      room -= member.key.utf8.count + 4
      out.members.append(.init(member.key, taken(member.value)))
    }
    return .object(out)
  }

  private mutating func taken(_ value: JSON) -> JSON {
    switch value {
    case .object(let object): return taken(object)
    case .array(let array):
      var out: [JSON] = []
      for element in array {
        guard room > 0 else {
          isCut = true
          break
        }
        room -= 1
        out.append(taken(element))
      }
      return .array(out)
    case .string(let text):
      let limit = max(min(longest, room), 64)
      room -= min(text.utf8.count, limit)
      guard text.utf8.count > limit else { return value }
      isCut = true
      return .string(String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit / 4))) + "…")
    default:
      room -= 8
      return value
    }
  }
}

extension Draft {
  /// Keeps the vendor's own body under `data.payload`, as far as there is room.
  mutating func keep(_ payload: JSON.Object, isNoise: @escaping (String) -> Bool = { _ in false }) {
    var excerpt = Excerpt(isNoise: isNoise)
    data["payload"] = excerpt.taken(payload)
    if excerpt.isCut { data["payload_cut"] = true }
  }
}
