import Bellhop
import Curl

/// The settings that every page has beside its own: the one list of them. What they change is the request, whatever the page says.
enum CommonSettings {
  static let fields: [Field] = [
    Field(
      "headers", .map(.secret), doc: "Headers to add, for a proxy in front of the server. Their values are shown nowhere.",
      example: "{ X-Proxy-Key: \"${PROXY_KEY}\" }"),
    .ca,
  ]

  /// The page's own headers, and those that the settings add or put in their place.
  static func headers(_ own: [Request.Header], _ values: Values) -> [Request.Header] {
    let added = (values.map("headers") ?? []).compactMap { entry in
      if case .secret(let value) = entry.value { Request.Header(entry.key, value.reveal()) } else { nil }
    }
    let names = Set(added.map { $0.name.lowercased() })
    return own.filter { !names.contains($0.name.lowercased()) } + added
  }

  static func problems(_ values: Values) -> [SettingMistake] {
    (values.map("headers") ?? []).compactMap { header in
      let name = header.key.lowercased()
      let path = ["headers", header.key]
      let isName = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) }
      if !isName { return SettingMistake(at: path, "is no name of a header", hint: "letters, digits and hyphens") }
      if ["content-length", "transfer-encoding", "connection", "host", "expect", "content-type", "webhook-id"].contains(name) {
        return SettingMistake(at: path, "is set by Bellhop itself", hint: "leave it out")
      }
      guard case .secret(let value) = header.value, value.reveal().utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
        return SettingMistake(at: path, "holds a line break or another control character", hint: "quote the value on one line")
      }
      return nil
    }
  }
}
