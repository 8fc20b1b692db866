import ArgumentParser
import Bellhop

/// What was most likely meant by a command line that the parser does not take.
enum Advice {
  static func on(_ arguments: [String], in root: any ParsableCommand.Type) -> String? {
    if arguments.first?.hasPrefix("-") == true, let command = arguments.first(where: { name in names(of: root).contains(name) }) {
      return "options stand behind the command: bellhop \(command) \(arguments.filter { $0 != command }.joined(separator: " "))"
    }
    if arguments.first == RunCommand._commandName, !arguments.contains("--") {
      return "the job stands behind --: bellhop run --subject backup -- pg_dump shop"
    }
    var command = root
    var path = ["bellhop"]
    for (index, word) in arguments.enumerated() where !word.hasPrefix("-") {
      if let next = subcommands(of: command).first(where: { $0._commandName == word }) {
        command = next
        path.append(word)
        continue
      }
      if let near = word.nearest(among: names(of: command)) {
        return "did you mean `\((path + [near] + arguments[(index + 1)...]).joined(separator: " "))`?"
      }
      if word.hasSuffix(".yaml") || word.hasSuffix(".yml"), index == 0 || !arguments[index - 1].hasPrefix("-") {
        return "the file is named with --config: \(path.joined(separator: " ")) --config \(word)"
      }
      return nil
    }
    return nil
  }

  private static func names(of command: any ParsableCommand.Type) -> [String] { subcommands(of: command).map { $0._commandName } }

  private static func subcommands(of command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
    command.configuration.subcommands + command.configuration.groupedSubcommands.flatMap { $0.subcommands }
  }
}
