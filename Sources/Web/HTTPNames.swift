import Hummingbird
import HummingbirdCore
import NIOCore

// Types that Hummingbird's interface shows but that live in packages beneath it: named through it, so that those need not be ours.
extension NIOAsyncChannel {
  typealias In = Inbound
  typealias Out = Outbound
}

/// Head, piece of body or end of a request.
typealias RequestPart = HTTP1Channel.Value.In
/// Head, piece of body or end of an answer.
typealias ResponsePart = HTTP1Channel.Value.Out
/// A header.
typealias Header = HTTPFields.Element

extension Header.Name {
  /// Names are checked when made; these are literals that pass.
  static let idempotencyKey = Header.Name("Idempotency-Key")
  static let bellhopSender = Header.Name("X-Bellhop-Sender")
  static let forwarded = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"].compactMap { Header.Name($0) }
}

extension HTTPFields {
  subscript(named name: Header.Name?) -> String? { name.flatMap { self[$0] } }
}
