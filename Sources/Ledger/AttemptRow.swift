import Bellhop

/// How an attempt is numbered and coded in the store.
enum AttemptRow {
  /// One more than the highest number that has a row of its own: later attempts write over the last.
  static let perDelivery: Int64 = 4_096

  static func id(_ delivery: Int64, number: Int) -> Int64 {
    delivery &* perDelivery &+ min(max(Int64(number), 0), perDelivery - 1)
  }

  /// The ids of a delivery's attempts.
  static func ids(of delivery: Int64) -> ClosedRange<Int64> {
    let first = min(max(delivery, 0), KeptValue.numbers.upperBound) * perDelivery
    return first...first + perDelivery - 1
  }

  private static let words = ["delivered", "postponed", "refused", "unclear"]

  static func code(of outcome: Outcome) -> Int { words.firstIndex(of: outcome.word) ?? 0 }
  static func word(of code: Int64) -> String { words.indices.contains(Int(clamping: code)) ? words[Int(clamping: code)] : "" }

  // MARK: In the delivery's row

  /// Added to what an attempt took, so that the usual lengths have as many bytes as the value that a new row is written with.
  static let offset: Int64 = 65_536

  static func kept(took: Duration) -> Int64 { max(0, took.microseconds) &+ offset }
  static func took(kept: Int64) -> Duration { KeptValue.duration(kept &- offset) }

  /// An answer that is an HTTP status and no more; nil for all others.
  static func status(_ note: String) -> Int64? {
    note.utf8.count == 3 ? Int64(note).flatMap { (100...999).contains($0) ? $0 : nil } : nil
  }
}
