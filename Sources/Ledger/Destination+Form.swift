import Bellhop

extension Destination {
  /// Compact JSON, the same for equal destinations.
  var form: [UInt8] {
    var object: JSON.Object = ["t": .string(transport)]
    if let channel { object["c"] = .string(channel) }
    if !among.isEmpty { object["a"] = .array(among.map(JSON.string)) }
    if !target.values.isEmpty { object["v"] = .object(target.values) }
    return JSON.object(object).bytes
  }

  /// Reads ``form`` back; what it cannot read becomes a destination that no configuration has.
  init(form: some Collection<UInt8>) {
    let json = (try? JSON(parsing: form)) ?? .null
    self.init(
      channel: json["c"]?.string, among: json["a"]?.array?.compactMap(\.string) ?? [], transport: json["t"]?.string ?? "",
      target: Target(json["v"]?.object ?? [:]))
  }
}
