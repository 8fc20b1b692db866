import Bellhop
import Foundation

/// Times as clocks somewhere show them: `2026-11-23T09:30:00-07:00`.
public struct WallTime: Sendable {
  private let clock: ZoneClock

  /// Of this machine.
  public static var here: WallTime { WallTime(clock: ZoneClock(zone: .current)) }

  /// Of a place of the time zone database; nil where there is no such place.
  public init?(zone: String) {
    guard let zone = TimeZone(identifier: zone) else { return nil }
    clock = ZoneClock(zone: zone)
  }

  /// At the offset that a time in RFC 3339 is written with; nil where it has none.
  public init?(writtenLike text: String) {
    if text.hasSuffix("Z") || text.hasSuffix("z") {
      clock = ZoneClock(zone: .gmt)
      return
    }
    let offset = text.suffix(6)
    guard offset.count == 6, let sign = offset.first, "+-".contains(sign), let hours = Int(offset.dropFirst().prefix(2)),
      let minutes = Int(offset.suffix(2)), let zone = TimeZone(secondsFromGMT: (sign == "-" ? -1 : 1) * (hours * 3_600 + minutes * 60))
    else { return nil }
    clock = ZoneClock(zone: zone)
  }

  private init(clock: ZoneClock) { self.clock = clock }

  /// The time with its offset, in RFC 3339, without fractions.
  public func text(_ time: Timestamp) -> String {
    let offset = clock.offset(at: time.seconds)
    let local = Timestamp(seconds: time.seconds + Int64(offset)).rfc3339.prefix(19)
    if offset == 0 { return "\(local)Z" }
    let minutes = abs(offset) / 60
    func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(local)\(offset < 0 ? "-" : "+")\(pad(minutes / 60)):\(pad(minutes % 60))"
  }
}
