import Bellhop

/// How a post proves that it is its sender's.
enum Proof: Sendable {
  /// The head offers these as the sender's secret: one of them must be one of its secrets. None: it offers nothing.
  case offered([String])
  /// The raw body decides, before anything in it is read. Answers what is wrong; nil where all is well.
  case overBody(@Sendable (_ body: [UInt8], _ secrets: [Secret], _ now: Timestamp) -> ProofFault?)
  /// Whoever comes is let in, within what the dialect allows (an origin, a rate): nil, or what is wrong.
  case decided(ProofFault?)
  /// It is let in, until then.
  case until(Timestamp)

  /// Of what a head may offer, as far as it does.
  static func offered(_ values: String?...) -> Proof { .offered(values.compactMap { $0 }) }
}

/// Why a post is not taken for its sender's.
public enum ProofFault: Error, Sendable, Hashable {
  /// It brings nothing that could prove it; what would.
  case missing(String)
  /// What it brings is wrong.
  case wrong
  /// Its signature was right once: it is older, in seconds, than is taken; below zero it is that far ahead.
  case stale(Int64)
  /// The secret that it is proved with has an end, which is over.
  case expired(Timestamp)

  /// One line for its sender.
  public var line: String {
    switch self {
    case .missing(let what): "it is not proved who sends this: \(what) is missing"
    case .wrong: "what should prove who sends this is wrong"
    case .expired(let end): "the secret that proves who sends this expired at \(end.rfc3339): ask for a new one"
    case .stale(let age) where age < 0: "the signature is made \(age.magnitude) s from now; is the clock right on both sides?"
    case .stale(let age): "the signature is \(age) s old, which is too old; is the clock right on both sides?"
    }
  }
}
