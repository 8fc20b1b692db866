import Bellhop
import Settings

extension Gateway {
  /// The kinds that there are.
  /// - Parameter loaded: a configuration whose own vendors are among them.
  public static func kindNames(in loaded: Loaded? = nil) -> [String] {
    (allKinds(engine) + (loaded?.configuration?.vendors ?? [])).map(\.name)
  }

  /// All kinds with a line each, or one kind with all its keys; nil for an unknown name.
  /// - Parameter loaded: a configuration whose own vendors are listed too.
  public static func transports(_ name: String?, in loaded: Loaded? = nil) -> String? {
    let kinds = allKinds(engine) + (loaded?.configuration?.vendors ?? [])
    guard let name else {
      let width = kinds.map(\.name.count).max() ?? 0
      return kinds.map { $0.name.padded(to: width + 2) + $0.doc }.joined(separator: "\n")
    }
    return kinds.first { $0.name == name }.map(manual)
  }

  private static func manual(of kind: Kind) -> String {
    let defaults = kind.defaults
    let notes = kind.notes.map { "\($0)\n" }.joined()
    var out = "\(kind.name): \(kind.doc)\n\(notes)\nSettings (transports: { name: { use: \(kind.name), … } })\n"
    out += table(kind.settings)
    out += "\nTarget (channels: { name: { transport: { … } } })\n"
    out += kind.target.isEmpty ? "  none\n" : table(kind.target, isTarget: true)
    if kind.target.contains(where: \.templated) {
      out += "A value with {{…}} of the event needs beside it the values that may come of it: only: [\"shop-*\"]\n"
    }
    out +=
      "\nDefaults: rate \(defaults.rate?.description ?? "none"), concurrency \(defaults.concurrency), timeout \(defaults.timeout.short), "
    out += "repeat \(defaults.repeat ? "yes" : "no")"
    if let stale = defaults.stale { out += ", stale \(stale.short)" }
    out += ". At most \(defaults.parallel) attempts at once over all lanes, or as many as concurrency says."
    return out
  }

  static func table(_ fields: [Field], isTarget: Bool = false, indent: String = "  ") -> String {
    let width = fields.map(\.name.count).max() ?? 0
    return fields.map { field in
      let inner = indent + "".padded(to: width + 2)
      var out = "\(indent)\(field.name.padded(to: width + 2))\(field.doc)\(field.required ? " (required)" : "")\n"
      out += "\(inner)for example: \(isTarget ? Example.target(field) : Example.setting(field))\n"
      if case .keys(let keys) = field.shape { out += table(keys, isTarget: isTarget, indent: inner) }
      return out
    }.joined()
  }
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
