import Bellhop

/// All silences of a store, as they are kept: one state under ``key``. Ended ones stay for a while, so that people can look back.
public struct SilenceList: Sendable, Hashable {
  /// By id.
  public private(set) var silences: [Silence]
  private var next: Int64

  /// The key of the state that holds them.
  public static let key = "silences"
  /// So many at most, with those that have ended.
  public static let maximum = 1_000
  /// How long one stays once it has ended.
  public static let kept = Duration.seconds(30 * 86_400)
  /// The longest that one may be made for; it can be extended later.
  public static let longest = Duration.seconds(366 * 86_400)

  /// Of what is kept: a newer Bellhop that keeps more gives it another number.
  private static let form: Int64 = 1

  /// None.
  public init() {
    silences = []
    next = 1
  }

  /// Silences that another gateway showed.
  public init(showing silences: [Silence]) {
    self.silences = silences
    next = (silences.map(\.id).max() ?? 0) + 1
  }

  /// Reads ``bytes``; nil stands for none. Throws where a newer Bellhop wrote them: they are not to be written over.
  public init(_ bytes: [UInt8]?) throws(SilenceFault) {
    self.init()
    guard let bytes else { return }
    guard let kept = try? JSON(parsing: bytes), kept["form"] == .int(Self.form), let next = kept["next"]?.int,
      let silences = kept["silences"]?.array
    else { throw SilenceFault(.conflict, "the silences in the store are of another Bellhop's form: run that one, or a newer one") }
    self.next = next
    self.silences = silences.compactMap(Silence.init(kept:))
  }

  /// The form in which they are kept.
  public var bytes: [UInt8] {
    JSON.object(["form": .int(Self.form), "next": .int(next), "silences": .array(silences.map(\.kept))]).bytes
  }

  /// The one of that number.
  public func silence(_ id: Int64) -> Silence? { silences.first { $0.id == id } }

  /// Forgets what ended long ago; answers whose hits can go too.
  public mutating func tidy(at now: Timestamp) -> [Int64] {
    var gone = silences.filter { $0.until + Self.kept <= now }
    let over = silences.count - gone.count - Self.maximum + 1
    if over > 0 {
      gone += silences.filter { $0.until <= now && $0.until + Self.kept > now }.sorted { ($0.until, $0.id) < ($1.until, $1.id) }.prefix(
        over)
    }
    let ids = Set(gone.map(\.id))
    silences.removeAll { ids.contains($0.id) }
    return gone.map(\.id)
  }

  /// Makes one; ``tidy(at:)`` goes before it.
  public mutating func add(_ wish: SilenceWish, at now: Timestamp) throws(SilenceFault) -> Silence {
    guard silences.count < Self.maximum else {
      throw SilenceFault(.conflict, "there are \(Self.maximum) silences: end some, or say more with one")
    }
    let blank = Silence(id: next, filter: "", from: now, until: now, who: "", why: "", made: now)
    let silence = try wish.applied(to: blank, isNew: true, at: now)
    silences.append(silence)
    next += 1
    return silence
  }

  /// Changes what the wish names of one that has not ended.
  public mutating func edit(_ id: Int64, _ wish: SilenceWish, at now: Timestamp) throws(SilenceFault) -> Silence {
    let index = try index(of: id)
    guard silences[index].phase(at: now) != .ended else {
      throw SilenceFault(.conflict, "silence \(id) ended at \(silences[index].until.rfc3339): make a new one")
    }
    silences[index] = try wish.applied(to: silences[index], isNew: false, at: now)
    return silences[index]
  }

  /// Ends one now, also before it begins. One that has ended stays as it is.
  public mutating func end(_ id: Int64, at now: Timestamp) throws(SilenceFault) -> Silence {
    let index = try index(of: id)
    if silences[index].until > now {
      silences[index].from = min(silences[index].from, now)
      silences[index].until = now
    }
    return silences[index]
  }

  mutating func change(_ body: (inout Silence) -> Void) {
    for index in silences.indices { body(&silences[index]) }
  }

  private func index(of id: Int64) throws(SilenceFault) -> Int {
    guard let index = silences.firstIndex(where: { $0.id == id }) else { throw SilenceFault(.unknown, "there is no silence \(id)") }
    return index
  }
}
