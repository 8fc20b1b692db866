/// A value that must not be seen: it prints, interpolates, dumps and mirrors as `•••`.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// What stands in the place of anything secret, in logs, history and answers.
  public static let mask = "•••"

  private let value: String

  /// Takes it as it is; an empty one matches nothing.
  public init(_ value: String) { self.value = value }

  /// ``mask``.
  public var description: String { Self.mask }
  /// ``mask``.
  public var debugDescription: String { Self.mask }
  /// Shows no children: `dump` and reflection see nothing.
  public var customMirror: Mirror { Mirror(self, children: [:]) }

  /// The value itself, for the one place that must send or compare it.
  public func reveal() -> String { value }

  /// No secret was given: `secret: ""`.
  public var isEmpty: Bool { value.isEmpty }

  /// Compares with what a caller offers, in a time that depends only on the length of `offered`.
  public func matches(_ offered: some Sequence<UInt8>) -> Bool {
    offered.withContiguousStorageIfAvailable { isSame(as: $0) } ?? Array(offered).withUnsafeBufferPointer { isSame(as: $0) }
  }

  // Of one type, because every request is held to every sender's secret.
  private func isSame(as offered: UnsafeBufferPointer<UInt8>) -> Bool {
    var value = value
    return value.withUTF8 { own in
      guard !own.isEmpty else { return false }
      var difference: UInt8 = 0
      var at = 0
      for byte in offered {
        difference |= byte ^ own[at]
        at = at + 1 == own.count ? 0 : at + 1
      }
      return difference == 0 && offered.count == own.count
    }
  }
}
