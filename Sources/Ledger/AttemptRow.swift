import Bellhop

/// How an attempt is numbered and coded in the store.
enum AttemptRow {
  /// One more than the highest number that has a row of its own: later attempts write over the last.
  static let perDelivery: Int64 = 4_096

  static func id(_ delivery: Int64, number: Int) -> Int64 {
    delivery * perDelivery + min(max(Int64(number), 0), perDelivery - 1)
  }

  /// The ids of a delivery's attempts.
  static func ids(of delivery: Int64) -> ClosedRange<Int64> { delivery * perDelivery...delivery * perDelivery + perDelivery - 1 }

  private static let words = ["delivered", "postponed", "refused", "unclear"]

  static func code(of outcome: Outcome) -> Int { words.firstIndex(of: outcome.word) ?? 0 }
  static func word(of code: Int64) -> String { words.indices.contains(Int(code)) ? words[Int(code)] : "" }
}
