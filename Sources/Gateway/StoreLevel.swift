import Bellhop
import Store

/// Whether ops should be told that the store runs low. Pure. It warns well before the limit, while apps are still heard.
struct StoreLevel {
  /// Bytes of the store on disk.
  var bytes: Int64
  /// `store.max` in bytes; nil is no limit.
  var maximum: Int64?
  /// The part of the disk that is free, 0 to 1; nil where nobody knows.
  var free: Double?
  /// Below this part new events are refused.
  var minimumFree: Double

  /// What is low and what to do, in a line; nil where there is room.
  var warning: String? {
    if let free, free < 2 * minimumFree {
      let (now, least) = (Self.percent(free), Self.percent(minimumFree))
      return "\(now) of the disk under the store is free: below \(least) new events get 503; make room, or shorten store.keep"
    }
    if let maximum, Double(bytes) > 0.9 * Double(maximum) {
      let (now, most) = (bytes >> 20, maximum >> 20)
      return "the store takes \(now) MiB of store.max (\(most) MiB): above it new events get 503; raise store.max, or shorten store.keep"
    }
    return nil
  }

  /// Why nothing can be kept, in words that everybody may read: paths are for the log.
  static func word(for error: SpoolError) -> String {
    switch error {
    case .full: "the disk of the store is full"
    case .failing: "the disk of the store does not take or give data"
    case .overLimit: "the store is at its limit (store.max)"
    case .busy: "more is queued than the disk takes"
    case .slow, .broken: "the store is in trouble; the gateway's log tells more"
    }
  }

  private static func percent(_ part: Double) -> String { "\((part * 1_000).rounded() / 10) %" }
}
