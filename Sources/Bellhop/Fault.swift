/// Why an attempt did not deliver: a closed kind for metrics and rules, and one line for people.
public struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
  /// The same word stands in metrics, history and configuration.
  public enum Kind: String, Sendable, CaseIterable {
    /// The name could not be resolved, the connection was refused or never came about.
    case unreachable
    /// TLS failed: certificate, protocol, name.
    case tls
    /// No answer in time.
    case timeout
    /// The connection broke before the answer was whole.
    case dropped
    /// The vendor asked to slow down (429 and its like).
    case throttled
    /// The vendor is in trouble (5xx and its like).
    case unavailable
    /// The credentials are wrong, expired or not allowed.
    case unauthorized
    /// The target does not exist, is archived or not reachable for us.
    case unknownTarget = "unknown_target"
    /// The vendor will never take this message: too long, malformed, forbidden content.
    case rejected
    /// The answer made no sense.
    case unintelligible
    /// The answer, or what was to be sent, was over a limit of ours.
    case oversized
    /// The configuration in force has no place for it: the channel is gone or its target does not fit.
    case misconfigured
    /// Bellhop itself failed: a bug or a missing resource.
    case `internal`
    /// Ops dropped it (`bellhop lane drop`, `bellhop forget`).
    case dropped_by_hand
    /// The process ended while the attempt was under way.
    case interrupted

    /// The word in metrics, the history and configuration: `unknown_target`.
    public var word: String { rawValue }
  }

  /// What metrics count and rules compare.
  public var kind: Kind
  /// One line, readable, without any secret, without line breaks and hidden commands; at most 500 characters.
  public var line: String

  /// Takes the line as people may be shown it (``Swift/StringProtocol/readableLine``), cut to 500 characters. The caller leaves secrets out.
  public init(_ kind: Kind, _ line: String) {
    self.kind = kind
    let flat = line.readableLine
    self.line = flat.count > 500 ? String(flat.prefix(499)) + "…" : flat
  }

  /// `throttled: slack asked for 30 s`.
  public var description: String { "\(kind.word): \(line)" }
}
