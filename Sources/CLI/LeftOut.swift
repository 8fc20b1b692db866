/// Terms of filters that leave something out begin with `-`, as options do: `bellhop search declined -type:user.*`.
enum LeftOut {
  private static let options: Set<Substring> = ["-c", "-h"]

  /// The arguments with such terms behind `--`, where the parser takes them for what they are. Other commands' stay as they are.
  static func arranged(_ arguments: [String]) -> [String] {
    guard arguments.first == Search._commandName || arguments.prefix(2) == ["silence", "add"] else { return arguments }
    let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
    let terms = arguments[..<end].filter(isTerm)
    if terms.isEmpty { return arguments }
    return arguments[..<end].filter { !isTerm($0) } + ["--"] + terms + arguments[end...].dropFirst()
  }

  private static func isTerm(_ argument: String) -> Bool {
    argument.count > 1 && argument.hasPrefix("-") && !argument.hasPrefix("--") && !options.contains(argument.prefix { $0 != "=" })
  }
}
