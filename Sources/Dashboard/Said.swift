/// What a page says once something is done: words of our own, since anybody can write an address.
public enum Said: String, Sendable, CaseIterable {
  case retried, redirected, paused, resumed, dropped, rung, silenced, changed, ended, acknowledged

  /// In a sentence; `count` is how many, where that is said.
  func words(_ count: Int64?) -> String {
    let many = count.map { "\(SafeHTML.grouped($0)) \($0 == 1 ? "delivery" : "deliveries")" } ?? "Deliveries"
    return switch self {
    case .retried: "\(many) put back in line."
    case .redirected: "\(many) sent elsewhere."
    case .paused: "The lane rests."
    case .resumed: "The lane sends again."
    case .dropped: "\(many) dropped; they are among the dead letters now."
    case .rung: "The test message was delivered."
    case .silenced: "The silence is made."
    case .changed: "The silence is changed."
    case .ended: "The silence has ended."
    case .acknowledged: "Acknowledged: nobody is told of it again."
    }
  }

  /// Above a page's content.
  static func shown(_ said: Said?, _ count: Int64?) -> SafeHTML {
    said.map { "<p class=\"said\" role=\"status\">\($0.words(count))</p>" } ?? .none
  }
}

extension SafeHTML {
  /// `1,204`.
  static func grouped(_ number: Int64) -> String {
    var out = ""
    let digits = String(number)
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0, digit != "-", out != "-" { out += "," }
      out.append(digit)
    }
    return out
  }
}
