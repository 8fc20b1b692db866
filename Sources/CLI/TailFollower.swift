import Bellhop
import Curl

/// Follows the stream through restarts of the gateway and its own slowness.
struct TailFollower {
  let client: Client
  let query: [(String, String?)]
  let show: (TailLines.Block) throws(CommandEnd) -> Void
  private var lines = TailLines()
  private var isConnected = false
  private var wasConnected = false
  /// Why the gateway ended the stream, in its words.
  private var dropped: String?

  /// Bytes that came and are not shown yet: a terminal may stand still.
  private let waiting = Guarded((bytes: 0, areTooMany: false))

  /// With more of them the connection ends, and goes on behind what has been shown.
  private static let most = 8 << 20
  /// The longest wait before it is asked again.
  private static let longest = Duration.seconds(10)

  init(client: Client, query: [(String, String?)], show: @escaping (TailLines.Block) throws(CommandEnd) -> Void) {
    self.client = client
    self.query = query
    self.show = show
  }

  private enum TailPiece: Sendable {
    case bytes([UInt8])
    case answer(Answer)
  }

  /// Comes back when nothing more will come, with the reason.
  mutating func follow() async throws(CommandEnd) -> CommandEnd {
    var wait = Duration.milliseconds(500)
    while true {
      if let ending = try await listen() { return ending }
      lines.breakOff()
      if isConnected { wait = lines.retry ?? .seconds(1) }
      isConnected = false
      do { try await Task.sleep(for: wait) } catch { return .later("") }
      wait = min(wait * 2, Self.longest)
    }
  }

  /// One connection; nil where another may be tried.
  private mutating func listen() async throws(CommandEnd) -> CommandEnd? {
    let (heard, pen) = AsyncStream<TailPiece>.makeStream()
    let resumed = lines.lastID.map { query.filter { $0.0 != "last" && $0.0 != "since" } + [("last_event_id", $0)] } ?? query
    var request = Request("GET", "http://localhost/v1/stream\(Client.query(resumed))", unixSocket: client.socket)
    // The gateway says something every 15 seconds.
    let waiting = waiting
    request.endless = Request.Endless(silence: .seconds(60)) { piece in
      pen.yield(.bytes(piece))
      return waiting.withLock { waiting in
        waiting.bytes += piece.count
        waiting.areTooMany = waiting.bytes > Self.most
        return !waiting.areTooMany
      }
    }
    let asking = Task { [client, request] in
      pen.yield(.answer(await client.send(request)))
      pen.finish()
    }
    defer { asking.cancel() }
    for await one in heard {
      switch one {
      case .bytes(let bytes):
        try take(bytes)
        waiting.withLock { $0.bytes -= bytes.count }
      case .answer(let answer): return try end(answer)
      }
    }
    return nil
  }

  private mutating func take(_ bytes: [UInt8]) throws(CommandEnd) {
    if !isConnected { greet() }
    isConnected = true
    // Whoever read it has seen enough, also while nothing happens.
    if !Terminal.isHeard { throw .wanting() }
    for block in lines.take(bytes) {
      if block.name == "dropped" { dropped = Output.text(block.data["why"]) }
      try show(block)
    }
  }

  private mutating func greet() {
    if !wasConnected {
      Terminal.complain("Waiting for what happens; Ctrl-C ends.")
    } else {
      Terminal.complain("bellhop: connected again")
    }
    wasConnected = true
  }

  private mutating func end(_ answer: Answer) throws(CommandEnd) -> CommandEnd? {
    switch answer {
    case .response(let response) where !(200..<300).contains(response.status):
      // A gateway that starts, or has no room yet, may have it later.
      if wasConnected, response.status == 503 { return nil }
      throw Client.ending(for: response)
    case .failed(let fault, let sent) where !wasConnected: throw client.absent(fault, sent: sent)
    default: break
    }
    if waiting.withLock({ $0.areTooMany }) { dropped = "this terminal takes lines too slowly" }
    if isConnected { Terminal.complain("bellhop: \(dropped ?? "the gateway has ended the stream, or is gone"); trying again") }
    dropped = nil
    waiting.withLock { $0 = (0, false) }
    return nil
  }
}
