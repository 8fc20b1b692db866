import Bellhop
import Curl

/// A short-lived token that a vendor gives for the credentials in the settings: what to ask, and where the answer has it.
/// https://www.rfc-editor.org/rfc/rfc6749#section-4.4
struct TokenOutline: Sendable {
  var request: RequestOutline
  /// Where it stands in the answer.
  var path: [String]
  /// Where the answer says for how many seconds it holds; without, it is kept until it is refused.
  var lasts: [String]?

  /// A token, and how long it is worth keeping.
  struct FetchedToken: Sendable {
    var text: Secret
    var lasts: Duration?
  }

  /// Reads the token out of an answer. The failure is what it means for the message, of which the vendor has seen nothing.
  func token(in answer: Answer) -> Result<FetchedToken, TokenTrouble> {
    guard case .response(let response) = answer else {
      guard case .failed(let fault, _) = answer else { return .failure(TokenTrouble(outcome: answer.outcome())) }
      return .failure(TokenTrouble(outcome: fault.kind == .misconfigured ? .refused(fault) : .postponed(fault)))
    }
    let json = (200..<300).contains(response.status) ? try? JSON(parsing: Text.withoutMark(response.body)) : nil
    if let text = json?.value(at: path[...])?.string, !text.isEmpty {
      let seconds = lasts.flatMap { json?.value(at: $0[...]) }.flatMap { $0.double ?? Double($0.plain) }
      return .success(FetchedToken(text: Secret(text), lasts: seconds.map { .seconds(max(0, min($0, 86_400 * 365))) }))
    }
    let line = "the server answered \(response.status) instead of a token"
    switch answer.outcome() {
    case .postponed(let fault, let after): return .failure(TokenTrouble(outcome: .postponed(Fault(fault.kind, line), retryAfter: after)))
    // https://www.rfc-editor.org/rfc/rfc6749#section-5.2
    default: return .failure(TokenTrouble(outcome: .refused(Fault(.unauthorized, "\(line): check the credentials"))))
    }
  }
}

/// Why there is no token, as what becomes of the message.
struct TokenTrouble: Error {
  var outcome: Outcome
}
