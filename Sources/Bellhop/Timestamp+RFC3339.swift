// RFC 3339 dates, by hand because every event carries one. https://www.rfc-editor.org/rfc/rfc3339#section-5.6
// The calendar arithmetic is Howard Hinnant's: https://howardhinnant.github.io/date_algorithms.html

extension Timestamp {
  /// Parses `2026-11-23T09:30:00.123456Z` or with an offset (`+01:00`); a space or lower-case `t`/`z` are taken too.
  /// Fractions beyond microseconds are cut. Nil for anything else, for dates that do not exist and years before 1.
  public init?(rfc3339 text: some StringProtocol) {
    var reader = DigitReader(Array(text.utf8))
    guard let year = reader.number(4), year > 0, reader.take("-"), let month = reader.number(2), reader.take("-"),
      let day = reader.number(2), reader.take("T") || reader.take("t") || reader.take(" "),
      let hour = reader.number(2), reader.take(":"), let minute = reader.number(2), reader.take(":"), let second = reader.number(2)
    else { return nil }
    guard (1...12).contains(month), day >= 1, day <= Self.daysIn(month: month, of: year), hour < 24, minute < 60, second <= 60
    else { return nil }
    var micros: Int64 = 0
    if reader.take(".") {
      guard let fraction = reader.fraction() else { return nil }
      micros = fraction
    }
    guard let offset = reader.offset(), reader.atEnd else { return nil }
    let days = Self.daysFromCivil(year: year, month: month, day: day)
    // A leap second is told as the second before it: POSIX time has no room for it.
    let seconds = days * 86_400 + Int64(hour * 3_600 + minute * 60 + min(second, 59)) - Int64(offset * 60)
    self.init(microseconds: seconds * 1_000_000 + micros)
  }

  /// UTC with milliseconds, or microseconds where it has them: `2026-11-23T09:30:00.123Z`.
  public var rfc3339: String {
    let civil = self.civil
    let micros = microseconds - seconds * 1_000_000
    let thousandths = micros % 1_000 == 0
    return String(unsafeUninitializedCapacity: 40) { room in
      var count = 0
      func put(_ character: Unicode.Scalar) {
        room[count] = UInt8(ascii: character)
        count += 1
      }
      func put(_ number: Int, _ width: Int) {
        // A year beyond 9999 takes the places it needs; the largest timestamp has six.
        var places = width
        var power = 1
        for _ in 1..<width { power *= 10 }
        while places < 10, number / power > 9 {
          power *= 10
          places += 1
        }
        while power > 0 {
          room[count] = 48 + UInt8(abs(number / power % 10))
          count += 1
          power /= 10
        }
      }
      if civil.year < 0 { put("-") }
      put(abs(civil.year), 4)
      put("-")
      put(civil.month, 2)
      put("-")
      put(civil.day, 2)
      put("T")
      put(civil.hour, 2)
      put(":")
      put(civil.minute, 2)
      put(":")
      put(civil.second, 2)
      put(".")
      if thousandths { put(Int(micros / 1_000), 3) } else { put(Int(micros), 6) }
      put("Z")
      return count
    }
  }

  /// The parts of the UTC calendar.
  public var civil: (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let inDay = Int(seconds - days * 86_400)
    let z = days + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let doe = z - era * 146_097
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100)
    let mp = (5 * doy + 2) / 153
    let month = Int(mp < 10 ? mp + 3 : mp - 9)
    return (
      Int(yoe + era * 400) + (month <= 2 ? 1 : 0), month, Int(doy - (153 * mp + 2) / 5 + 1), inDay / 3_600, inDay / 60 % 60, inDay % 60
    )
  }

  /// Days since 1970-01-01 of a date in the proleptic Gregorian calendar.
  public static func daysFromCivil(year: Int, month: Int, day: Int) -> Int64 {
    let y = Int64(month <= 2 ? year - 1 : year)
    let era = (y >= 0 ? y : y - 399) / 400
    let yoe = y - era * 400
    let doy = (153 * Int64(month > 2 ? month - 3 : month + 9) + 2) / 5 + Int64(day) - 1
    return era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
  }

  /// How many days a month has: 28 to 31; months are 1…12.
  package static func daysIn(month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

private struct DigitReader {
  let bytes: [UInt8]
  var index = 0
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var atEnd: Bool { index == bytes.count }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  mutating func number(_ digits: Int) -> Int? {
    guard index + digits <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[index..<index + digits] {
      guard byte &- 48 < 10 else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    index += digits
    return value
  }

  mutating func fraction() -> Int64? {
    var value: Int64 = 0
    var digits = 0
    while index < bytes.count, bytes[index] &- 48 < 10 {
      if digits < 6 { value = value * 10 + Int64(bytes[index] - 48) }
      digits += 1
      index += 1
    }
    guard digits > 0 else { return nil }
    for _ in 0..<max(0, 6 - digits) { value *= 10 }
    return value
  }

  /// Minutes east of UTC.
  mutating func offset() -> Int? {
    if take("Z") || take("z") { return 0 }
    let sign: Int
    if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
    guard let hours = number(2), hours < 24, take(":"), let minutes = number(2), minutes < 60 else { return nil }
    return sign * (hours * 60 + minutes)
  }
}
