import Bellhop

// Bellhop's own JSON: one object an event, its keys those of DESIGN section 1, and no others.
extension Reading {
  static let ownKeys = ["id", "source", "type", "subject", "severity", "time", "text", "data"]

  mutating func own(_ value: JSON, _ place: EventPlace) -> Event? {
    guard case .object(let object) = value else {
      report(place, nil, "an event is a JSON object, not \(value.kindWord)")
      return nil
    }
    let before = total
    var draft = Draft()
    for member in object.members {
      let key = member.key
      // By its length first: two words of one length are few.
      switch key.utf8.count {
      case 2 where key == "id": draft.id = string(member.value, "/id", place)
      case 6 where key == "source": draft.source = string(member.value, "/source", place)
      case 4 where key == "type": draft.type = string(member.value, "/type", place)
      case 7 where key == "subject": draft.subject = string(member.value, "/subject", place)
      case 8 where key == "severity": draft.severity = severity(member.value, place)
      case 4 where key == "time": draft.time = time(member.value, place)
      case 4 where key == "text": draft.text = string(member.value, "/text", place)
      case 4 where key == "data":
        switch member.value {
        case .object(let data): draft.data = data
        case .null: draft.data = [:]
        default: report(place, "/data", "must be an object, not \(member.value.kindWord)")
        }
      default: unknown(key, place)
      }
    }
    let event = finish(&draft, at: place)
    return total == before ? event : nil
  }

  private mutating func unknown(_ key: String, _ place: EventPlace) {
    let hint =
      if key == "specversion" {
        "send CloudEvents as application/cloudevents+json"
      } else if let guess = key.nearest(among: Self.ownKeys) {
        "did you mean \"\(guess)\"?"
      } else {
        "keys of your own belong under \"data\""
      }
    report(place, "/" + pointer(key), "unknown key \(quoted(key)); \(hint)")
  }

  /// A key inside a JSON pointer. https://www.rfc-editor.org/rfc/rfc6901#section-3
  private func pointer(_ key: String) -> String {
    var out = String.UnicodeScalarView()
    for scalar in key.unicodeScalars.prefix(64) {
      switch scalar {
      case "~": out.append(contentsOf: "~0".unicodeScalars)
      case "/": out.append(contentsOf: "~1".unicodeScalars)
      default: out.append(scalar)
      }
    }
    return String(out)
  }
}
