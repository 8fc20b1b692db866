import Bellhop

extension Answer {
  /// What an HTTP answer means for a delivery where the vendor says nothing of its own. The only place that knows what a 429 means.
  /// Status codes: https://www.rfc-editor.org/rfc/rfc9110#section-15
  /// - Parameter id: the vendor's id of the message, out of the body, when it was delivered.
  public func outcome(id: String? = nil) -> Outcome {
    switch self {
    // What the configuration forbids will not be allowed by trying again.
    case .failed(let fault, _) where fault.kind == .misconfigured: .refused(fault)
    case .failed(let fault, let sent): sent ? .unclear(fault) : .postponed(fault)
    case .response(let response): Self.outcome(of: response, id: id)
    }
  }

  private static func outcome(of response: Response, id: String?) -> Outcome {
    var line: String { "the server answered \(response.status)" }
    switch response.status {
    case 200..<300: return .delivered(Receipt(id: id, note: String(response.status)))
    case 429: return .postponed(Fault(.throttled, line), retryAfter: response.retryAfter)
    case 503 where response.retryAfter != nil: return .postponed(Fault(.throttled, line), retryAfter: response.retryAfter)
    case 408, 425, 500..<600: return .postponed(Fault(.unavailable, line))
    case 401, 403, 407: return .refused(Fault(.unauthorized, "\(line): check its credentials"))
    case 404, 410: return .refused(Fault(.unknownTarget, "\(line): check the address"))
    case 413: return .refused(Fault(.oversized, line))
    case 300..<400: return .refused(Fault(.misconfigured, "\(line): a redirect; write the final address"))
    case 400..<500: return .refused(Fault(.rejected, line))
    default: return .postponed(Fault(.unintelligible, line))
    }
  }
}
