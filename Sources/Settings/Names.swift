import YAML

/// What senders, transports, channels, roles and calendars may be called: names stand in lanes, metrics and addresses.
enum Names {
  static func check(_ name: String, at mark: Position, _ path: String, _ context: Context) {
    let isGood =
      name.count <= 64 && name.first.map { $0.isLetter || $0.isNumber } ?? false
      && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == "." }
    if isGood { return }
    context.tell(
      mark, path, "\(Reader.shown(name)) cannot be a name",
      hint: "use up to 64 letters, digits, \"-\", \"_\" and \".\", a letter or digit first")
  }

  /// The pairs of a section whose keys are names.
  static func pairs(_ reader: Reader, _ what: String) -> [(key: String, mark: Position, value: Reader)] {
    let pairs = reader.pairs(what) ?? []
    for pair in pairs { check(pair.key, at: pair.mark, pair.value.path, reader.context) }
    return pairs
  }
}
