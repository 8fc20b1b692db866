import Bellhop

/// What a sender means by the bar of colour beside its message. A hint: senders choose freely.
enum AttachmentColour {
  /// Slack's words, or a number of the web with or without `#`: reds are errors, oranges and yellows warnings, greens good news.
  /// Nil for all else: grey, blue and purple say nothing.
  /// https://docs.slack.dev/messaging/formatting-message-text/#attachments
  static func severity(_ colour: String) -> Severity? {
    switch colour.lowercased() {
    case "danger": return .error
    case "warning": return .warning
    case "good": return .info
    default: break
    }
    let digits = colour.hasPrefix("#") ? colour.dropFirst() : colour[...]
    guard digits.count == 6 || digits.count == 3, digits.utf8.allSatisfy({ TextScan.isAlphanumeric($0) }) else { return nil }
    let long = digits.count == 6 ? String(digits) : String(digits.flatMap { [$0, $0] })
    return Int(long, radix: 16).flatMap { severity(rgb: $0) }
  }

  /// The same of `0xRRGGBB`, as Discord writes it; nil beyond that.
  static func severity(rgb: Int) -> Severity? {
    guard (0...0xFF_FFFF).contains(rgb) else { return nil }
    let (red, green, blue) = (Double(rgb >> 16), Double(rgb >> 8 & 255), Double(rgb & 255))
    let most = max(red, green, blue)
    let spread = most - min(red, green, blue)
    // Nearly grey, or nearly black.
    guard most >= 64, spread >= most / 4 else { return nil }
    let hue: Double =
      if most == red {
        60 * ((green - blue) / spread)
      } else if most == green {
        60 * ((blue - red) / spread + 2)
      } else {
        60 * ((red - green) / spread + 4)
      }
    switch hue {
    case -25..<18: return .error
    case 18..<66: return .warning
    case 66..<170: return .info
    default: return nil
    }
  }
}
