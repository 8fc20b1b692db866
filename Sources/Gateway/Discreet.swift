import Bellhop
import HTTPContract

/// A transport that cannot give its own secrets away: what a vendor or a command echoes of them is hidden before history, log and metrics
/// hear of it. The kinds leave secrets out themselves; this is for what others say.
struct Discreet: Transport {
  private let transport: any Transport
  private let veil: Veil

  /// Wraps a transport as what it is: one whose attempts are one request each stays one.
  static func wrap(_ transport: any Transport, _ values: Values) -> any Transport {
    let veil = Veil(values)
    guard let requests = transport as? any RequestTransport else { return Discreet(transport: transport, veil: veil) }
    return DiscreetRequests(transport: requests, veil: veil)
  }

  func send(_ message: Message, to target: Target, _ attempt: Attempt) async -> Outcome {
    veil.hidden(await transport.send(message, to: target, attempt))
  }

  func close() async { await transport.close() }

  func examine() async -> [String] { await transport.examine().map(veil.hidden) }
}

/// The same for kinds that are one request.
struct DiscreetRequests: RequestTransport {
  fileprivate let transport: any RequestTransport
  fileprivate let veil: Veil

  var carrier: any Carrier { transport.carrier }

  func request(_ message: Message, to target: Target, _ attempt: Attempt) -> Result<Request, Fault> {
    transport.request(message, to: target, attempt).mapError(veil.hidden)
  }

  func outcome(of answer: Answer, to target: Target, _ attempt: Attempt) -> Outcome {
    veil.hidden(transport.outcome(of: answer, to: target, attempt))
  }

  func close() async { await transport.close() }

  func examine() async -> [String] { await transport.examine().map(veil.hidden) }
}

/// Hides the secrets of one transport wherever they stand.
struct Veil: Sendable {
  private let needles: [String]
  private let shortest: Int

  /// Shorter ones stand in too many innocent words.
  private static let shortest = 6

  init(_ values: Values) {
    // Longer ones first: a secret that holds another is hidden whole.
    needles = Set(values.entries.values.flatMap(Self.needles)).sorted { $0.utf8.count > $1.utf8.count }
    shortest = needles.last?.utf8.count ?? .max
  }

  func hidden(_ outcome: Outcome) -> Outcome {
    switch outcome {
    case .delivered(let receipt):
      // Most vendors say a status and no more.
      if receipt.note.utf8.count < shortest { return outcome }
      return .delivered(Receipt(id: receipt.id, anchor: receipt.anchor, note: hidden(receipt.note), state: receipt.state))
    case .postponed(let fault, let wait): return .postponed(hidden(fault), retryAfter: wait)
    case .refused(let fault): return .refused(hidden(fault))
    case .unclear(let fault): return .unclear(hidden(fault))
    }
  }

  func hidden(_ fault: Fault) -> Fault { Fault(fault.kind, hidden(fault.line)) }

  func hidden(_ text: String) -> String {
    needles.reduce(text) { text, needle in
      text.utf8.count >= needle.utf8.count && text.contains(needle) ? text.replacing(needle, with: Secret.mask) : text
    }
  }

  private static func needles(_ value: Value) -> [String] {
    switch value {
    case .secret(let secret): pieces(of: secret.reveal()).filter { $0.utf8.count >= shortest }
    case .list(let values): values.flatMap(needles)
    case .dated(let value, _): needles(value)
    case .map(let entries): entries.flatMap { needles($0.value) }
    default: []
    }
  }

  /// Of `Bearer abc` also `abc`; of an address also what stands behind its host, whole and in its parts: vendors put keys there.
  private static func pieces(of secret: String) -> [String] {
    var pieces = [secret] + secret.split(separator: " ").map(String.init)
    if let scheme = secret.firstRange(of: "://"), let slash = secret[scheme.upperBound...].firstIndex(of: "/") {
      let rest = secret[slash...]
      // Parts that are words of a vendor's, such as `services`, are no secret.
      let parts = rest.split(whereSeparator: { "/?&=".contains($0) }).filter { $0.utf8.count >= 12 }
      pieces += [String(rest)] + parts.map(String.init)
    }
    return pieces
  }
}
