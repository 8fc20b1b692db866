import Bellhop
import Glibc

/// Whether there is room for new events, looked at no more than once a second.
struct Room {
  private var looked: ContinuousClock.Instant?
  private var verdict: SpoolError?

  /// The next question looks again.
  mutating func forget() { looked = nil }

  /// Nil where there is room. `used` answers the bytes that the store takes without those it could use again.
  mutating func refusal(folder: String, _ options: Ledger.Options, used: () -> Int64) -> SpoolError? {
    let now = ContinuousClock.now
    if let looked, now - looked < .seconds(1) { return verdict }
    looked = now
    verdict = Self.look(folder, options, used)
    return verdict
  }

  private static func look(_ folder: String, _ options: Ledger.Options, _ used: () -> Int64) -> SpoolError? {
    let free = options.freeFraction?() ?? freeFraction(of: folder)
    if let free, free < options.minimumFree {
      let (now, least) = (percent(free), percent(options.minimumFree))
      return .full("\(now) of the disk under \(folder) is free, less than \(least): make room, or shorten store.keep")
    }
    if let maximum = options.maximumBytes {
      let used = used()
      if used > maximum {
        return .overLimit("the store takes \(used >> 20) MiB, more than store.max (\(maximum >> 20) MiB): raise it, or shorten store.keep")
      }
    }
    return nil
  }

  private static func percent(_ part: Double) -> String { "\((part * 1_000).rounded() / 10) %" }

  /// What unprivileged processes may still use. https://man7.org/linux/man-pages/man3/statvfs.3.html
  static func freeFraction(of folder: String) -> Double? {
    var info = statvfs()
    guard statvfs(folder, &info) == 0, info.f_blocks > 0 else { return nil }
    return Double(info.f_bavail) / Double(info.f_blocks)
  }
}
