import Bellhop

/// A time as mails have it: `Mon, 24 Nov 2026 09:30:00 +0000`. https://www.rfc-editor.org/rfc/rfc5322#section-3.3
enum MailDate {
  private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

  static func text(_ time: Timestamp) -> String {
    // `2026-11-24T09:30:00.000Z`: the calendar is done there already.
    let parts = time.rfc3339.split { "-T:.Z".contains($0) }
    guard parts.count >= 6, let month = Int(parts[1]), months.indices.contains(month - 1) else { return "Thu, 01 Jan 1970 00:00:00 +0000" }
    let sinceEpoch = time.seconds >= 0 ? time.seconds / 86_400 : (time.seconds - 86_399) / 86_400
    let day = Int((sinceEpoch % 7 + 7) % 7)
    return "\(days[day]), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) +0000"
  }
}
