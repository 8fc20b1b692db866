import Bellhop
import Glibc
import Store

/// Whether there is room for new events, looked at no more often than there is something new to see.
struct Room {
  /// At full speed some megabytes are written in this time.
  private static let every = Duration.milliseconds(50)
  /// Bytes that settlements need: the log grows to 16 MiB before it is copied into the store, which may grow as much by that.
  private static let reserve = 48.0 * 1_048_576

  /// Which file the store is: commits into one that was removed would be kept nowhere.
  var place: StoreFile.FileIdentity?
  private var looked: ContinuousClock.Instant?
  private var verdict: SpoolError?

  /// The next question looks again.
  mutating func forget() { looked = nil }

  /// Nil where there is room. `used` answers the bytes that the store takes without those it could use again.
  mutating func refusal(folder: String, _ options: Ledger.Options, used: () -> Int64) -> SpoolError? {
    let now = ContinuousClock.now
    if let looked, now - looked < Self.every { return verdict }
    looked = now
    verdict = missing(folder) ?? Self.look(folder, options, used)
    return verdict
  }

  private func missing(_ folder: String) -> SpoolError? {
    guard let place, StoreFile.identity(folder) != place else { return nil }
    return .broken(
      "the store's file in \(folder) was removed or replaced while the gateway runs: what is accepted now would be lost; restart the gateway"
    )
  }

  private static func look(_ folder: String, _ options: Ledger.Options, _ used: () -> Int64) -> SpoolError? {
    let free = options.freeFraction?() ?? freeFraction(of: folder)
    let minimum = minimumFree(of: folder, options)
    if let free, free < minimum {
      let (now, least) = (percent(free), percent(minimum))
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

  /// Below so many bytes the log of a busy store can fill the whole disk, and then nothing gets it down again: not even what settles.
  static let smallestDisk: Int64 = 60 << 20

  /// Why a disk of so many bytes in all is too small for a store; nil where it is not.
  static func refusal(ofDisk bytes: Int64?) -> String? {
    guard let bytes, bytes < smallestDisk else { return nil }
    return "the disk under it has \(bytes >> 20) MiB in all, and a store needs one of \(smallestDisk >> 20) MiB"
  }

  /// Bytes of the disk under a folder; nil where the system does not tell.
  static func size(of folder: String) -> Int64? {
    var info = statvfs()
    guard statvfs(folder, &info) == 0, info.f_blocks > 0 else { return nil }
    return Int64(clamping: UInt64(info.f_blocks).multipliedReportingOverflow(by: UInt64(info.f_frsize)).partialValue)
  }

  private static func percent(_ part: Double) -> String { "\((part * 1_000).rounded() / 10) %" }

  /// The part of the disk that must be free: on a small one, more than the options say.
  static func minimumFree(of folder: String, _ options: Ledger.Options) -> Double {
    var info = statvfs()
    guard options.freeFraction == nil, statvfs(folder, &info) == 0, info.f_blocks > 0 else { return options.minimumFree }
    return max(options.minimumFree, min(0.5, reserve / (Double(info.f_blocks) * Double(info.f_frsize))))
  }

  /// What unprivileged processes may still use. https://man7.org/linux/man-pages/man3/statvfs.3.html
  static func freeFraction(of folder: String) -> Double? {
    var info = statvfs()
    guard statvfs(folder, &info) == 0, info.f_blocks > 0 else { return nil }
    return Double(info.f_bavail) / Double(info.f_blocks)
  }
}
