import Bellhop

// Gateways that call in for what a transport has for them, and say what became of it.
extension Responder {
  /// The transport, where the caller has its secret.
  func visited(_ name: String, _ head: Head) throws(ProblemDocument) -> any Visited {
    // One answer for both, so that names cannot be guessed.
    let offered = Access.bearer(head.authorization)
    guard let transport = visits.visited(name), let offered, transport.admits(offered, at: state.now()) else {
      throw ProblemDocument(
        401, "there is no such transport, or its secret is another or has ended", challenge: true, lack: offered == nil ? .missing : .wrong)
    }
    return transport
  }

  /// `GET`: the stream of messages. `POST`: the fate of one.
  func remote(_ name: String, _ call: Call) async throws(ProblemDocument) -> Reply {
    let transport = try visited(name, call.head)
    guard call.head.method != .HEAD else { throw ProblemDocument(405, "this takes GET, POST", allow: "GET, POST") }
    guard call.head.method == .POST else {
      let stream = transport.visit()
      await visits.welcome(name)
      return Reply(stream: stream)
    }
    switch await transport.hear(.object(try object(call))) {
    case .success: return .json(["ok": true])
    case .failure(let fault): throw ProblemDocument(422, fault.line)
    }
  }
}
