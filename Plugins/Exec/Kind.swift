import Bellhop
import Glibc

/// The kind `exec`: a command of ops' own gets each message, so that any language can be a way out.
public enum ExecKind {
  /// The kind as the gateway registers it.
  public static func kind() -> Kind {
    Kind(
      name: "exec", doc: "A command that gets the message as JSON on its standard input: any language is a way out.",
      notes: ["Exit status 0 is delivered, 75 is postponed, any other refused; without a shell, in a process group of its own."],
      settings: settings, target: target, defaults: Kind.Defaults(parallel: 16), check: check, checkTarget: checkTarget
    ) { ExecTransport($0) }
  }

  private static let settings: [Field] = [
    Field(
      "command", .list(.string), required: true, doc: "The program, with its arguments; nothing reads them as a shell would.",
      example: "[/usr/local/bin/page-duty, --team, ops]"),
    Field(
      "env", .map(.secret), doc: "Its environment, besides PATH, HOME, LANG and TMPDIR. The values are shown nowhere.",
      example: "{ PAGER_KEY: \"${PAGER_KEY}\" }"),
    Field("folder", .string, doc: "Where it runs; default: where Bellhop does.", example: "/var/lib/pager"),
  ]

  private static let target: [Field] = [
    Field(
      "args", .list(.string), doc: "More arguments, behind those of the command.", example: "[\"{{data.phone}}\"]", templated: true)
  ]

  private static func check(_ values: Values) -> [SettingMistake] {
    let command = (values.list("command") ?? []).compactMap { if case .string(let word) = $0 { word } else { nil } }
    guard let program = command.first else { return [SettingMistake(at: ["command"], "is empty", hint: "name a program")] }
    var problems = words(command, "command")
    if command.count == 1, program.contains(" "), !exists(program) {
      problems.append(
        SettingMistake(
          at: ["command"], "holds blanks, and no shell splits it",
          hint: "write a list: [\(program.split(separator: " ").joined(separator: ", "))]"))
    } else if program.hasPrefix("/"), !exists(program) {
      problems.append(
        SettingMistake(at: ["command"], "is no program on this machine", hint: "check its path and its mode (chmod +x)", isWarning: true))
    } else if program.contains("/"), !program.hasPrefix("/") {
      problems.append(SettingMistake(at: ["command"], "is a relative path", hint: "write it whole, or a bare name that PATH knows"))
    }
    for entry in values.map("env") ?? [] where entry.key.isEmpty || entry.key.contains("=") || entry.key.contains("\0") {
      problems.append(SettingMistake(at: ["env", entry.key], "is no name of a variable", hint: "letters, digits and _"))
    }
    return problems
  }

  private static func checkTarget(_ target: Target, _ values: Values) -> [SettingMistake] {
    words(target["args"]?.array?.map(\.plain) ?? [], "args")
  }

  private static func words(_ words: [String], _ key: String) -> [SettingMistake] {
    words.contains { $0.contains("\0") } ? [SettingMistake(at: [key], "holds a zero byte", hint: "remove it")] : []
  }

  private static func exists(_ path: String) -> Bool { access(path, X_OK) == 0 }
}
