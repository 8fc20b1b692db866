import Bellhop
import Curl

/// Sends as a page says whose vendor wants a short-lived token: fetches it first, keeps it until it ends, and fetches another once where the
/// vendor takes a kept one no more.
final class TokenTransport: Transport {
  /// A token that may still be good.
  private struct KeptToken: Sendable {
    var text: Secret
    var until: ContinuousClock.Instant?
  }

  private let inner: CatalogueTransport
  private let outline: TokenOutline
  private let kept = Guarded<KeptToken?>(nil)

  init(_ inner: CatalogueTransport, _ outline: TokenOutline) {
    self.inner = inner
    self.outline = outline
  }

  func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome {
    let end = ContinuousClock.now + attempt.timeout
    if let token = usable() {
      let outcome = await send(message, to: target, attempt, token, until: end)
      // It ended before its time, or was taken back: nothing was sent with it.
      guard case .refused(let fault) = outcome, fault.kind == .unauthorized, .now < end else { return outcome }
      kept.withLock { if $0?.text == token { $0 = nil } }
    }
    switch await fetch(attempt, until: end) {
    case .failure(let trouble): return trouble.outcome
    case .success(let token): return await send(message, to: target, attempt, token, until: end)
    }
  }

  private func usable() -> Secret? { kept.withLock { kept in kept.flatMap { $0.until.map { $0 > .now } ?? true ? $0.text : nil } } }

  private func fetch(_ attempt: Attempt, until end: ContinuousClock.Instant) async -> Result<Secret, TokenTrouble> {
    switch inner.composer.tokenRequest(outline, attempt) {
    case .failure(let fault): return .failure(TokenTrouble(outcome: .refused(fault)))
    case .success(var request):
      request.timeout = max(.milliseconds(1), end - .now)
      return outline.token(in: await inner.carrier.send(request)).map { token in
        // A tenth, or a minute, before its end it is not begun with any more.
        let until = token.lasts.map { ContinuousClock.now + $0 - min(.seconds(60), $0 / 10) }
        kept.withLock { $0 = KeptToken(text: token.text, until: until) }
        return token.text
      }
    }
  }

  private func send(_ message: Message, to target: Target, _ attempt: Attempt, _ token: Secret, until end: ContinuousClock.Instant) async
    -> Outcome
  {
    var transport = inner
    transport.use(token)
    switch transport.request(message, to: target, attempt) {
    case .failure(let fault): return .refused(fault)
    case .success(var request):
      request.timeout = max(.milliseconds(1), end - .now)
      return transport.outcome(of: await transport.carrier.send(request), to: target, attempt)
    }
  }
}
