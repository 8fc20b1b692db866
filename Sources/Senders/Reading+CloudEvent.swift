import Bellhop

// CloudEvents 1.0: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
// Its extensions go to `data.ext`, but `severity` (where it is one of our words) and `text` mean what they mean here. Data that
// is no object becomes `data.value`, binary data stays base64 in `data.base64`.
extension Reading {
  mutating func cloudEvent(_ value: JSON, _ place: EventPlace) -> Event? {
    guard case .object(let object) = value else {
      report(place, nil, "a CloudEvent is a JSON object, not \(value.kindWord)")
      return nil
    }
    return cloudEvent(object.members, data: nil, place)
  }

  /// Binary mode: attributes are headers, the body is the data.
  mutating func binary(_ body: [UInt8]) -> Result<[Event], Rejection> {
    var data: JSON?
    if !body.isEmpty {
      let media = MediaType(envelope.contentType ?? "application/json")
      if media.isJSON, media.isUTF8 {
        switch parse(body) {
        case .success(let value): data = value
        case .failure(let rejection): return .failure(rejection)
        }
      } else if media.name.hasPrefix("text/"), media.isUTF8 {
        guard let text = Self.text(body) else {
          return .failure(Rejection(status: 400, title: "the data is not valid UTF-8"))
        }
        data = .string(text)
      } else {
        return .failure(Rejection(status: 415, title: "data of the type \(quoted(media.name)) is not taken: send JSON or text"))
      }
    }
    var members: [JSON.Object.Member] = []
    for attribute in envelope.cloudEvent {
      guard let value = Self.headerText(attribute.value) else {
        add(FieldProblem(field: "/" + attribute.name, detail: "the header ce-\(attribute.name) is not UTF-8 once percent-decoded"))
        continue
      }
      members.append(.init(attribute.name, .string(value)))
    }
    return single { $0.cloudEvent(members, data: data, EventPlace()) }
  }

  private mutating func cloudEvent(_ members: [JSON.Object.Member], data: JSON?, _ place: EventPlace) -> Event? {
    let before = total
    var draft = Draft()
    var version: String?
    var data = data
    var ext = Extensions()
    for member in members {
      switch member.key {
      case "specversion": version = string(member.value, "/specversion", place)
      case "id": draft.id = string(member.value, "/id", place)
      case "source": draft.source = string(member.value, "/source", place)
      case "type": draft.type = string(member.value, "/type", place)
      case "subject": draft.subject = string(member.value, "/subject", place)
      case "time": draft.time = time(member.value, place)
      case "data": data = member.value
      case "data_base64":
        if let text = string(member.value, "/data_base64", place) { data = .object(["base64": .string(text)]) }
      case "datacontenttype": break
      case "severity":
        if let severity = member.value.string.flatMap({ Severity(word: $0.lowercased()) }) {
          draft.severity = severity
        } else {
          ext.set(member)
        }
      case "text": draft.text = string(member.value, "/text", place)
      default: extend(&ext, with: member, place)
      }
    }
    if version != "1.0" {
      report(
        place, "/specversion", version == nil ? "is missing; CloudEvents say \"1.0\"" : "only version 1.0 of CloudEvents is understood")
    }
    draft.data = Self.object(data, with: ext.object)
    let event = finish(&draft, at: place)
    return total == before ? event : nil
  }

  /// Extensions in their order, the last of a name: as many as fit into a body, each found without a look at the others.
  private struct Extensions {
    private(set) var object = JSON.Object()
    private var places: [String: Int] = [:]

    mutating func set(_ member: JSON.Object.Member) {
      if let place = places[member.key] {
        object.members[place] = member
      } else {
        places[member.key] = object.members.count
        object.members.append(member)
      }
    }
  }

  /// Names are lower-case letters and digits, values are scalars. https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#attribute-naming-convention
  private mutating func extend(_ ext: inout Extensions, with member: JSON.Object.Member, _ place: EventPlace) {
    let named = member.key.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    guard named, (1...64).contains(member.key.utf8.count) else {
      report(place, nil, "\(quoted(member.key)) is not a name of a CloudEvents attribute: lower-case letters and digits")
      return
    }
    switch member.value {
    case .array, .object:
      report(place, "/" + member.key, "an extension of a CloudEvent is a scalar, not \(member.value.kindWord); use data")
    case .null: break
    default: ext.set(member)
    }
  }

  private static func object(_ data: JSON?, with ext: JSON.Object) -> JSON.Object {
    var object: JSON.Object =
      switch data {
      case .object(let object)?: object
      case nil, .null?: [:]
      case let other?: ["value": other]
      }
    guard !ext.isEmpty else { return object }
    guard case .object(var own)? = object["ext"] else {
      // A scalar that the sender calls ext keeps its value beside the extensions.
      let before = object["ext"]
      object["ext"] = .object(ext)
      if let before { object["ext_value"] = before }
      return object
    }
    let known = Set(own.members.map(\.key))
    for member in ext.members where !known.contains(member.key) { own.members.append(member) }
    object["ext"] = .object(own)
    return object
  }

  /// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values
  static func headerText(_ value: String) -> String? {
    // By bytes: a combining accent joins its quote into one character.
    let quote = UInt8(ascii: "\""), bytes = value.utf8
    let isQuoted = bytes.count >= 2 && bytes.first == quote && bytes.last == quote
    return (isQuoted ? Substring(bytes.dropFirst().dropLast()) : value[...]).percentDecoded(keepsBroken: true)
  }
}
