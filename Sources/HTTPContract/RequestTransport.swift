import Bellhop

/// A transport of which each attempt is one HTTP request, and pure: it makes a request of a message and reads an answer.
///
/// Implemented by the kinds `webhook`, `slack` and every page of the catalogue. The courier calls it: it hands the requests of many attempts
/// to their ``Carrier`` in one step, without a task for any of them. `send` follows from the two and is for whoever wants a single try.
/// Must hold: neither function waits, reads a clock or remembers; equal arguments give equal results.
public protocol RequestTransport: Transport {
  /// Who takes its requests out.
  var carrier: any Carrier { get }

  /// The request of one try. The failure is why there can be none: the message is refused for that.
  func request(_ message: Message, to target: Target, _ attempt: Attempt) -> Result<Request, Fault>

  /// What an answer to such a request means. The attempt tells the time from which a moment that the vendor names is counted.
  func outcome(of answer: Answer, to target: Target, _ attempt: Attempt) -> Outcome
}

extension RequestTransport {
  /// One try, as a task waits for it.
  public func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome {
    switch request(message, to: target, attempt) {
    case .failure(let fault): .refused(fault)
    case .success(let request): outcome(of: await carrier.send(request), to: target, attempt)
    }
  }
}
