import Bellhop
import Glibc

/// The kind `stdout`: a line for each message, for people or for programs.
public enum StdoutKind {
  /// The kind as the gateway registers it.
  /// - Parameters:
  ///   - sink: where lines go; tests bring a pipe of their own.
  ///   - variable: the environment.
  public static func kind(
    _ sink: Sink = .standardOutput, variable: @escaping @Sendable (String) -> String? = { getenv($0).map { String(cString: $0) } }
  ) -> Kind {
    Kind(
      name: "stdout", doc: "Lines on standard output: for trying things out, for journald and for log collectors.",
      settings: settings, target: [], defaults: Kind.Defaults(concurrency: 1, timeout: .seconds(5))
    ) { values in
      let format = Format(rawValue: values.string("format") ?? "") ?? .lines
      let coloured =
        switch values.string("color") {
        case "yes": true
        case "no": false
        default: sink.isTerminal && mayColour(variable)
        }
      return StdoutTransport(sink: sink, format: format, coloured: coloured && format == .lines)
    }
  }

  /// Whoever does not want colours says so for all programs (https://no-color.org), and a terminal that has none is called dumb.
  static func mayColour(_ variable: (String) -> String?) -> Bool {
    (variable("NO_COLOR") ?? "").isEmpty && variable("TERM") != "dumb"
  }

  /// What a line looks like.
  enum Format: String {
    case lines, json
  }

  private static let settings: [Field] = [
    Field(
      "format", .choice(["lines", "json"]), value: .string("lines"), doc: "Lines for people, or one JSON object a line.", example: "json"),
    Field(
      "color", .choice(["auto", "yes", "no"]), value: .string("auto"),
      doc: "Colours by severity; `auto` only on a terminal, without NO_COLOR.",
      example: "no"
    ),
  ]
}
