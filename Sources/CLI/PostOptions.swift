import ArgumentParser
import Curl

/// Where a command's events go: the gateway of this machine's configuration, or with `--url` one elsewhere.
struct PostOptions: ParsableArguments {
  @OptionGroup var config: ConfigOption
  @Option(help: ArgumentHelp("A gateway elsewhere, such as https://bellhop.example.com.", valueName: "url"))
  var url: String?
  @Option(
    help: ArgumentHelp("The sender's token for --url; others on this machine may see it here, not in $BELLHOP_TOKEN.", valueName: "token"))
  var token: String?

  mutating func validate() throws {
    if let url, Post.remote(url, token: nil) == nil {
      throw ValidationError("--url \(url): write https://host or http://host, without a query.")
    }
    if token != nil && url == nil { throw ValidationError("--token goes with --url: on this machine the socket's permission counts.") }
  }

  /// The gateway's name among others: its address, or the whole path of its configuration.
  var place: String { url.flatMap { Post.remote($0, token: nil)?.url } ?? FileAccess.whole(config.path) }

  func withPost<Result>(_ work: (Post) async throws -> Result) async throws -> Result {
    guard let url, let address = Post.remote(url, token: token ?? Terminal.environment("BELLHOP_TOKEN")) else {
      return try await config.withClient { try await work(Post(client: $0)) }
    }
    let engine = Engine()
    let result: Result
    do {
      result = try await work(Post(address, host: url) { await engine.send($0) })
    } catch {
      await engine.close()
      throw error
    }
    await engine.close()
    return result
  }
}
