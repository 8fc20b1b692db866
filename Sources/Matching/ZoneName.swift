import Bellhop
import Foundation

/// Names of time zones. A place knows its summers and its laws; an abbreviation is one country's here and another's there.
/// https://www.iana.org/time-zones
enum ZoneName {
  /// What people write, and the place that most of them mean.
  private static let meant = [
    "BST": "Europe/London", "WET": "Europe/Lisbon", "WEST": "Europe/Lisbon", "CET": "Europe/Berlin", "CEST": "Europe/Berlin",
    "MET": "Europe/Berlin", "MEZ": "Europe/Berlin", "MESZ": "Europe/Berlin", "EET": "Europe/Helsinki", "EEST": "Europe/Helsinki",
    "MSK": "Europe/Moscow", "TRT": "Europe/Istanbul", "EST": "America/New_York", "EDT": "America/New_York", "ET": "America/New_York",
    "EST5EDT": "America/New_York", "CST": "America/Chicago", "CDT": "America/Chicago", "CT": "America/Chicago",
    "CST6CDT": "America/Chicago", "MST": "America/Denver", "MDT": "America/Denver", "MT": "America/Denver", "MST7MDT": "America/Denver",
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PT": "America/Los_Angeles", "PST8PDT": "America/Los_Angeles",
    "AKST": "America/Anchorage", "HST": "Pacific/Honolulu", "AST": "America/Halifax", "BRT": "America/Sao_Paulo",
    "ART": "America/Argentina/Buenos_Aires", "IST": "Asia/Kolkata", "PKT": "Asia/Karachi", "GST": "Asia/Dubai", "SGT": "Asia/Singapore",
    "HKT": "Asia/Hong_Kong", "JST": "Asia/Tokyo", "KST": "Asia/Seoul", "AEST": "Australia/Sydney", "AEDT": "Australia/Sydney",
    "ACST": "Australia/Adelaide", "AWST": "Australia/Perth", "NZST": "Pacific/Auckland", "NZDT": "Pacific/Auckland",
    "SAST": "Africa/Johannesburg", "EAT": "Africa/Nairobi", "CAT": "Africa/Maputo", "WAT": "Africa/Lagos", "Z": "UTC", "ZULU": "UTC",
  ]

  /// The zone; throws for abbreviations and offsets too, though the system knows many of them.
  static func zone(_ name: String) throws(CalendarError) -> TimeZone {
    let isPlace = name.contains("/") || name == "UTC" || name == "GMT"
    if isPlace, !isOffset(name), let zone = TimeZone(identifier: name) { return zone }
    if isPlace, !isOffset(name) {
      let near = name.nearest(among: TimeZone.knownTimeZoneIdentifiers)
      throw refusal("\(name) is not a time zone", near.map { "did you mean \($0)?" })
    }
    if let place = meant[name.uppercased()] {
      throw refusal("\(name) is an abbreviation, which means more than one zone", "write \(place)")
    }
    if isOffset(name) { throw refusal("\(name) is a distance from UTC, and knows no summer", nil) }
    let cities = TimeZone.knownTimeZoneIdentifiers.filter { $0.hasSuffix("/\(name.replacing(" ", with: "_"))") }
    let near = cities.first ?? name.nearest(among: TimeZone.knownTimeZoneIdentifiers)
    throw refusal("\(name) is not a time zone", near.map { "did you mean \($0)?" })
  }

  private static func refusal(_ problem: String, _ hint: String?) -> CalendarError {
    CalendarError(key: "zone", problem, hint: hint ?? "write a place: America/Denver, Europe/London, or UTC")
  }

  /// `UTC+2`, `+02:00`, and `Etc/GMT+2`, which is two hours behind UTC.
  private static func isOffset(_ name: String) -> Bool {
    name.hasPrefix("Etc/GMT") && name.contains { "+-".contains($0) } || !name.contains("/") && name.contains { $0.isNumber }
  }
}
