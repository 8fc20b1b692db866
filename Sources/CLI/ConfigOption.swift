import ArgumentParser
import Curl
import Gateway

/// `--config`, and what lies behind it.
struct ConfigOption: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The configuration file. (default: $BELLHOP_CONFIG, else ./bellhop.yaml, else /etc/bellhop/bellhop.yaml)", valueName: "file"),
    completion: .file(extensions: ["yaml", "yml"]))
  var config: String?

  var path: String { Self.path(config, environment: Terminal.environment("BELLHOP_CONFIG")) }

  static func path(_ given: String?, environment: String?, exists: (String) -> Bool = FileAccess.exists) -> String {
    if let named = given ?? environment.flatMap({ $0.isEmpty ? nil : $0 }) { return named }
    return ["bellhop.yaml", installed].first(where: exists) ?? "bellhop.yaml"
  }

  /// Where the service reads it, so that whoever logs in at night need not know.
  private static let installed = "/etc/bellhop/bellhop.yaml"

  /// The file's path, once it is known to be there.
  func existing() throws(CommandEnd) -> String {
    guard FileAccess.exists(path) else {
      throw .wanting(
        "there is no configuration at \(path): name it with --config or $BELLHOP_CONFIG, or write a starter with `bellhop init \(path)`")
    }
    return path
  }

  /// The configuration with all its mistakes, if it has any.
  func load() throws(CommandEnd) -> Loaded { Gateway.load(try existing()) }

  /// The configuration without a mistake; else the mistakes are printed.
  func usable() throws(CommandEnd) -> Loaded {
    let loaded = try load()
    guard loaded.isUsable else {
      loaded.mistakes.forEach(Terminal.complain)
      throw .wanting("\(path) has \(Output.count(loaded.mistakes.count, "mistake")): mend the lines above")
    }
    return loaded
  }

  /// Talks to the running gateway of this configuration.
  func withClient<Result>(_ work: (Client) async throws -> Result) async throws -> Result {
    let loaded = try load()
    let engine = Engine()
    let client = Client(path: path, socket: loaded.socket, mistakes: loaded.mistakes) { await engine.send($0) }
    do {
      let result = try await work(client)
      await engine.close()
      return result
    } catch {
      await engine.close()
      throw error
    }
  }
}
