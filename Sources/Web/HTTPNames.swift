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
typealias HTTPField = HTTPFields.Element
