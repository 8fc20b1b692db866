import ArgumentParser
import Gateway

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the gateway until it is told to stop.",
    discussion: "SIGTERM or SIGINT finishes what is under way and ends; SIGHUP reads the configuration anew, like `bellhop reload`.")

  @OptionGroup var config: ConfigOption

  func run() async throws {
    let path = try config.existing()
    do { try await Gateway.serve(path) } catch {
      error.findings.forEach(Terminal.complain)
      throw CommandEnd(code: error.exitCode, text: error.description)
    }
  }
}
