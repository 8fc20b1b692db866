import CCurl

/// What libcurl does not tell apart: it says 0 for "now", for dates in the past and for nothing at all.
/// https://curl.se/libcurl/c/CURLINFO_RETRY_AFTER.html
enum RetryAfter {
  /// Whether the head of an answer asks to come again at once.
  static func isNow(_ head: [UInt8]) -> Bool {
    guard let word = HeaderLines(head).first("retry-after"), !word.isEmpty else { return false }
    return word.utf8.allSatisfy { $0 == UInt8(ascii: "0") } || word.contains(":") && curl_getdate(word, nil) != -1
  }
}
