import Bellhop

/// One of the section `transports`: a kind, its settings, and what its lanes do.
public struct TransportSettings: Sendable {
  /// As rows and channels name it.
  public var name: String
  /// What `use:` names.
  public var kind: Kind
  /// The settings of its kind, complete.
  public var values: Values
  /// Attempts in a time, for each lane; nil is as fast as it goes.
  public var rate: Rate?
  /// Attempts at once in each lane; 1…256.
  public var concurrency: Int
  /// For one attempt in all.
  public var timeout: Duration
  /// How often and how long it is tried.
  public var retry: RetryPolicy
  /// Whether an attempt without an answer is made again.
  public var `repeat`: Bool
  /// Messages older than this are folded instead of sent; nil is never.
  public var stale: Duration?

  /// Some of its settings are not to be had here.
  var isUnknown = false

  /// A transport with the defaults of its kind.
  public init(name: String, kind: Kind, values: Values) {
    self.name = name
    self.kind = kind
    self.values = values
    self.values.name = name
    rate = kind.defaults.rate
    concurrency = kind.defaults.concurrency
    timeout = kind.defaults.timeout
    retry = RetryPolicy()
    retry.for = kind.defaults.tryFor
    `repeat` = kind.defaults.repeat
    stale = kind.defaults.stale
  }

  /// Why a target does not fit, in one line; nil where it does, and where that is unknown here.
  public func misfit(_ target: Target) -> String? {
    if isUnknown || target.values.members.contains(where: { $0.value.text.contains("${") }) { return nil }
    for key in target.values.keys where !kind.target.contains(where: { $0.name == key }) {
      return "\(name) (\(kind.name)) has no \(key) in its targets"
    }
    for field in kind.target {
      guard let value = target[field.name] else {
        if field.required { return "\(name) (\(kind.name)) needs \(field.name) in its targets" }
        continue
      }
      if !field.shape.fits(value) { return "\(field.name) does not fit \(name) (\(kind.name))" }
    }
    return kind.checkTarget(target, values).first { !$0.isWarning }.map { "\(name): \($0.text)" }
  }
}
