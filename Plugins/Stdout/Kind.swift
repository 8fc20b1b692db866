import Bellhop

/// The kind `stdout`: a line for each message, for people or for programs.
public enum StdoutKind {
  /// The kind as the gateway registers it.
  /// - Parameter sink: where lines go; tests bring a pipe of their own.
  public static func kind(_ sink: Sink = .standardOutput) -> Kind {
    Kind(
      name: "stdout", doc: "Lines on standard output: for trying things out, for journald and for log collectors.",
      settings: settings, target: [], defaults: Kind.Defaults(concurrency: 1, timeout: .seconds(5))
    ) { values in
      let format = Format(rawValue: values.string("format") ?? "") ?? .lines
      let coloured =
        switch values.string("color") {
        case "yes": true
        case "no": false
        default: sink.isTerminal
        }
      return StdoutTransport(sink: sink, format: format, coloured: coloured && format == .lines)
    }
  }

  /// What a line looks like.
  enum Format: String {
    case lines, json
  }

  private static let settings: [Field] = [
    Field(
      "format", .choice(["lines", "json"]), value: .string("lines"), doc: "Lines for people, or one JSON object a line.", example: "json"),
    Field(
      "color", .choice(["auto", "yes", "no"]), value: .string("auto"), doc: "Colours by severity; `auto` only on a terminal.", example: "no"
    ),
  ]
}
