#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What to do after an answer, and when. Pure.
enum RetryWait {
  enum PostVerdict: Hashable {
    case taken
    /// They will never be taken.
    case refused
    /// Try again; not before this, where the gateway asked for it.
    case later(Duration?)
  }

  static func verdict(_ answer: IngestAnswer) -> PostVerdict {
    guard case .status(let status, let retryAfter, _) = answer else { return .later(nil) }
    switch status {
    case 202: return .taken
    case 400, 413, 422: return .refused
    case 429, 503: return .later(retryAfter)
    // A token is mended, a proxy comes to its senses.
    default: return .later(nil)
    }
  }

  /// The pause behind so many failures in a row, 1 or more.
  /// - Parameter luck: 0 to 1.
  static func pause(failures: Int, wish: Duration?, luck: Double, _ options: ClientOptions) -> Duration {
    // Of many clients that were told the same, not all come at once.
    if let wish { return min(wish, .seconds(3_600)) + .milliseconds(Int64(luck * 500)) }
    let whole = min(options.firstPause * (1 << min(max(failures - 1, 0), 20)), options.longestPause)
    return whole / 2 + whole / 2 * luck
  }

  /// Seconds, or a date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
  static func duration(_ header: String, now: timespec) -> Duration? {
    if let seconds = Int64(header) { return (0...1_000_000_000).contains(seconds) ? .seconds(seconds) : nil }
    return date(header).map { .seconds(max(0, $0 - Int64(now.tv_sec))) }
  }

  /// Seconds since 1970 of `Sun, 06 Nov 1994 08:49:37 GMT`; the two older forms are sent by nobody any more.
  /// https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
  private static func date(_ text: String) -> Int64? {
    let words = text.split(separator: " ")
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    guard words.count == 6, words[5] == "GMT", let day = Int32(words[1]), let month = months.firstIndex(of: String(words[2])),
      let year = Int32(words[3]), (1970...9999).contains(year)
    else { return nil }
    let clock = words[4].split(separator: ":").compactMap { Int32($0) }
    guard clock.count == 3 else { return nil }
    var parts = tm()
    (parts.tm_mday, parts.tm_mon, parts.tm_year) = (day, Int32(month), year - 1900)
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (clock[0], clock[1], clock[2])
    return Int64(timegm(&parts))
  }
}
