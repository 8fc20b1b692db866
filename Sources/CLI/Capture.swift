import ArgumentParser
import Bellhop
import Curl

struct Capture: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the next requests to a sender as they come in, and the events that they become.",
    discussion: """
      For who sets up a sender or writes the mapping of one: no need to guess what a vendor sends. Requests go their usual way meanwhile; \
      nothing is stored for this, and secrets are hidden. A request that does not prove whose it is is shown without its body.
      """)

  @OptionGroup var config: ConfigOption
  @Argument(help: "The sender, as the configuration names it.")
  var sender: String
  @Option(help: ArgumentHelp("End after so many requests; without it, go on until Ctrl-C.", valueName: "number"))
  var count: Int?
  @Option(
    help: ArgumentHelp("End after that time; with 75 where fewer than --count came, or none.", valueName: "duration"),
    transform: WaitCommand.duration)
  var timeout: Duration?
  @Flag(help: "Print JSON, a request a line.")
  var json = false

  mutating func validate() throws {
    if let count, count < 1 { throw ValidationError("--count \(count): write a number above 0") }
  }

  func run() async throws {
    let (sender, count, timeout, json) = (sender, count, timeout, json)
    let loaded = try config.load()
    let engine = Engine()
    let client = Client(path: config.path, socket: loaded.socket, mistakes: loaded.mistakes) { await engine.send($0) }
    let ending: CommandEnd?
    do throws(CommandEnd) {
      ending = try await Self.follow(sender, client, count: count, timeout: timeout, json: json)
    } catch {
      ending = error
    }
    await engine.close()
    if let ending { throw ending }
  }

  /// Prints requests until there were enough, or time is up.
  private static func follow(_ sender: String, _ client: Client, count: Int?, timeout: Duration?, json: Bool) async throws(CommandEnd)
    -> CommandEnd?
  {
    let (pieces, pen) = AsyncStream<CapturePiece>.makeStream()
    var request = Request("GET", "http://localhost/v1/capture/\(sender.percentEncoded())", unixSocket: client.socket)
    // The gateway says something every 15 seconds.
    request.endless = Request.Endless(silence: .seconds(60)) { piece in
      pen.yield(.bytes(piece))
      return true
    }
    let asking = Task { [request] in
      let answer = await client.send(request)
      pen.yield(.answer(answer))
    }
    let clock = timeout.map { timeout in
      Task {
        if (try? await Task.sleep(for: timeout)) != nil { pen.yield(.timeUp) }
      }
    }
    defer {
      asking.cancel()
      clock?.cancel()
    }
    var lines = CaptureLines()
    var seen = 0
    var isFirst = true
    for await piece in pieces {
      switch piece {
      case .bytes(let bytes):
        if isFirst { Terminal.complain("Waiting for requests to \(Output.printable(sender)).") }
        isFirst = false
        for sight in lines.take(bytes) {
          try Terminal.say(json ? sight.text : text(of: sight))
          if sight["missed"] == nil { seen += 1 }
          if let count, seen >= count { return nil }
        }
      case .timeUp:
        if seen >= count ?? 1 { return nil }
        return .later(
          "in \(timeout?.short ?? "") \(seen == 0 ? "no request" : "only \(Output.count(seen, "request"))") came to \(Output.printable(sender))"
        )
      case .answer(.response(let response)) where !(200..<300).contains(response.status): throw Client.ending(for: response)
      case .answer(.failed(let fault, let sent)): throw client.absent(fault, sent: sent)
      case .answer: return .later("the gateway ended the stream: it was stopped, or this terminal was too slow")
      }
    }
    return nil
  }

  private enum CapturePiece: Sendable {
    case bytes([UInt8])
    case answer(Answer)
    case timeUp
  }
}
