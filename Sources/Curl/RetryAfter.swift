import Bellhop
import CCurl

/// What libcurl does not tell apart: it says 0 for "now", for dates in the past and for nothing at all.
/// https://curl.se/libcurl/c/CURLINFO_RETRY_AFTER.html
enum RetryAfter {
  /// What libcurl read. Some servers write the moment itself, in seconds since 1970, where the seconds until then belong: a number that is one
  /// of today or tomorrow is taken for it.
  static func length(_ seconds: Int64, now: Timestamp = .now) -> Duration {
    let until = seconds.subtractingReportingOverflow(now.seconds).partialValue
    return seconds > 86_400 && (-3_600...86_400).contains(until) ? .seconds(max(until, 0)) : .seconds(seconds)
  }

  /// Whether the head of an answer asks to come again at once.
  static func isNow(_ head: [UInt8]) -> Bool {
    guard let word = HeaderLines(head).first("retry-after"), !word.isEmpty else { return false }
    return word.utf8.allSatisfy { $0 == UInt8(ascii: "0") } || word.contains(":") && curl_getdate(word, nil) != -1
  }
}
