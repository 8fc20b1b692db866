import Bellhop
import Store

/// How often a silence held something back. Kept apart from the silences, as every held message changes it.
public struct SilenceHits: Sendable, Hashable {
  /// Messages held back.
  public var count: Int64
  /// When the last of them was received; nil while there is none.
  public var last: Timestamp?

  /// None, unless told otherwise.
  public init(count: Int64 = 0, last: Timestamp? = nil) {
    self.count = count
    self.last = last
  }

  /// Where all of them stand.
  public static let prefix = "silence/"

  /// The key of the state that holds them.
  public static func key(of id: Int64) -> String { prefix + String(id) }

  /// From ``value``; none for anything else.
  public init(_ bytes: [UInt8]?) {
    let kept = bytes.flatMap { try? JSON(parsing: $0) }
    self.init(count: max(0, kept?["count"]?.int ?? 0), last: kept?["last"]?.int.map(Timestamp.init(microseconds:)))
  }

  /// The form in which they are kept. It stays until the silence is forgotten.
  public var value: StateValue {
    var object: JSON.Object = ["count": .int(count)]
    object["last"] = last.map { .int($0.microseconds) }
    return StateValue(JSON.object(object).bytes)
  }

  /// The change of the state where a silence holds one more message back: to be committed with the plan.
  public static func hit(_ silence: Silence, at time: Timestamp, in states: any StateReading) -> (key: String, value: StateValue) {
    let key = key(of: silence.id)
    return (key, hit(SilenceHits(states.state(key)?.bytes), at: time).value)
  }

  /// One more.
  static func hit(_ hits: SilenceHits, at time: Timestamp) -> SilenceHits {
    let (count, over) = hits.count.addingReportingOverflow(1)
    return SilenceHits(count: over ? .max : count, last: max(hits.last ?? time, time))
  }
}
