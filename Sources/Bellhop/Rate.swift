/// So many in a time: `1/s`, `30/m`, `1000/h`.
public struct Rate: Sendable, Hashable, CustomStringConvertible {
  /// How many, 1 or more.
  public var count: Int
  /// In how long.
  public var per: Duration

  /// Not checked: ``init(parsing:)`` is for what people wrote.
  public init(_ count: Int, per: Duration) {
    self.count = count
    self.per = per
  }

  /// The time from one to the next when they are spread evenly.
  public var spacing: Duration { per / count }

  /// Parses `N/s`, `N/m`, `N/h` or `N/d` with N from 1 to 1,000,000.
  public init?(parsing text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let count = Int(parts[0]), (1...1_000_000).contains(count) else { return nil }
    let units: [Substring: Duration] = ["s": .seconds(1), "m": .seconds(60), "h": .seconds(3_600), "d": .seconds(86_400)]
    guard let per = units[Substring(parts[1])] else { return nil }
    self.init(count, per: per)
  }

  /// As it is written in YAML: `30/m`.
  public var description: String {
    let units: [Duration: String] = [.seconds(1): "s", .seconds(60): "m", .seconds(3_600): "h", .seconds(86_400): "d"]
    return "\(count)/\(units[per] ?? String(describing: per))"
  }
}

extension Duration {
  /// Parses one number and a unit: `80ms`, `90s`, `15m`, `24h`, `90d`; up to 10 years.
  public init?(parsing text: some StringProtocol) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    let units: [Substring: Int64] = ["ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
    guard let number = Int64(digits), let unit = units[Substring(text.dropFirst(digits.count))] else { return nil }
    let (milliseconds, overflow) = number.multipliedReportingOverflow(by: unit)
    guard !overflow, milliseconds <= 3_650 * 86_400_000 else { return nil }
    self = .milliseconds(milliseconds)
  }

  /// The shortest form that ``init(parsing:)`` reads back, rounded to milliseconds: `90s`, `15m`.
  public var short: String {
    let milliseconds = microseconds / 1_000
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)] as [(String, Int64)]
    where milliseconds != 0 && milliseconds % size == 0 {
      return "\(milliseconds / size)\(unit)"
    }
    return milliseconds == 0 ? "0s" : "\(milliseconds)ms"
  }
}
