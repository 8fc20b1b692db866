import ArgumentParser
import Bellhop
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

  /// - Parameter mayBeThere: false for what is surely not: a folder that nobody may look into is no reason to look elsewhere.
  static func path(_ given: String?, environment: String?, mayBeThere: (String) -> Bool = { FileAccess.presence($0) != .absent }) -> String
  {
    if let named = given ?? environment.flatMap({ $0.isEmpty ? nil : $0 }) { return named }
    return ["bellhop.yaml", installed].first(where: mayBeThere) ?? "bellhop.yaml"
  }

  /// Where the service reads it, so that whoever logs in at night need not know.
  private static let installed = "/etc/bellhop/bellhop.yaml"

  /// The file's path, once it is known to be there.
  func existing() throws(CommandEnd) -> String {
    switch path == "-" ? .readable : FileAccess.presence(path) {
    case .readable: return path
    case .barred: throw .wanting("you may not read \(path): say it with sudo")
    case .absent:
      throw .wanting(
        "there is no configuration at \(path): name it with --config or $BELLHOP_CONFIG, or write a starter with `bellhop init \(path)`")
    }
  }

  /// The configuration with all its mistakes, if it has any. What is not set here is unknown, and no mistake: the gateway has its own
  /// environment.
  func load(environmentFile: String? = nil) throws(CommandEnd) -> Loaded {
    let path = try existing()
    do throws(LaunchError) { return try Gateway.look(path, environmentFile: environmentFile) } catch { throw .misuse(error.description) }
  }

  /// The configuration without a mistake; else the mistakes are printed.
  func usable(environmentFile: String? = nil) throws(CommandEnd) -> Loaded { try usable(load(environmentFile: environmentFile)) }

  /// The same for who is going to send with it: everything must be set here.
  func whole() throws(CommandEnd) -> Loaded { try usable(Gateway.load(existing())) }

  private func usable(_ loaded: Loaded) throws(CommandEnd) -> Loaded {
    guard loaded.isUsable else {
      loaded.mistakes.forEach(Terminal.complain)
      throw .wanting("\(path) has \(Output.count(loaded.mistakes.count, "mistake")): mend the lines above")
    }
    return loaded
  }

  /// Talks to the running gateway of this configuration.
  func withClient<Result>(_ work: (Client) async throws -> Result) async throws -> Result { try await withClient(load(), work) }

  /// The same, where the configuration has been read.
  func withClient<Result>(_ loaded: Loaded, _ work: (Client) async throws -> Result) async throws -> Result {
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

extension ConfigOption {
  /// The silences of the gateway that runs with it; none where none can be asked.
  func silences(_ loaded: Loaded) async -> [JSON] {
    guard FileAccess.presence(loaded.socket) == .readable else { return [] }
    let answer = try? await withClient(loaded) { try await $0.call("GET", "/v1/silences", timeout: .seconds(2)) }
    return answer?["silences"]?.array ?? []
  }
}

/// `--env-file`, for those who look at a configuration whose environment is elsewhere.
struct EnvironmentOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Variables that ${NAME} stands for, NAME=value a line, as systemd's EnvironmentFile. (default: /etc/bellhop/environment, beside the installed file)",
      valueName: "file"), completion: .file())
  var envFile: String?
}
