import Bellhop
import HummingbirdCore

// Gateways that call in for what a transport has for them, and say what became of it.
extension Responder {
  /// `GET`: the stream of messages. `POST`: the fate of one.
  func remote(_ name: String, _ exchange: inout Exchange, _ writer: borrowing ResponseWriter) async throws(ProblemDocument) -> Reply {
    // One answer for both, so that names cannot be guessed.
    guard let transport = desk.visited(name), let offered = Access.bearer(exchange.head.authorization), transport.admits(offered) else {
      throw ProblemDocument(401, "there is no such transport, or its secret is another", challenge: true)
    }
    guard exchange.head.method != .head else { throw ProblemDocument(405, "this takes GET, POST", allow: "GET, POST") }
    guard exchange.head.method == .post else {
      let stream = transport.visit()
      await desk.welcome(name)
      return Reply(stream: stream)
    }
    let document = try await object(&exchange, writer)
    switch await transport.hear(.object(document)) {
    case .success: return .json(["ok": true])
    case .failure(let fault): throw ProblemDocument(422, fault.line)
    }
  }
}
