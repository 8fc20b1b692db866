import Bellhop

/// What takes up memory, counted and weighed.
struct Load: Sendable, Hashable {
  var count = 0
  /// Of memory.
  var bytes = 0

  static func += (left: inout Load, right: Load) {
    left.count += right.count
    left.bytes += right.bytes
  }

  static func -= (left: inout Load, right: Load) {
    left.count -= right.count
    left.bytes -= right.bytes
  }

  static func + (left: Load, right: Load) -> Load { Load(count: left.count + right.count, bytes: left.bytes + right.bytes) }

  /// As much as is over limits in either way.
  func reaches(_ limit: Load) -> Bool { count >= limit.count || bytes >= limit.bytes }

  /// Over limits in either way.
  func exceeds(_ limit: Load) -> Bool { count > limit.count || bytes > limit.bytes }
}
