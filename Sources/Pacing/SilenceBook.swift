import Bellhop
import Matching
import Store

/// The silences of a store, ready to be asked for each message. Pure and quick where there is none.
public struct SilenceBook: Sendable {
  private struct CompiledSilence: Sendable {
    let silence: Silence
    let filter: EventFilter
  }

  /// What lasts longest stands first: its end is when people are told again.
  private let entries: [CompiledSilence]
  private let begins: Timestamp
  private let ends: Timestamp

  /// The silences of a list. One whose filter cannot be read holds nothing back.
  public init(_ list: SilenceList) {
    let sorted = list.silences.filter { $0.until > $0.from }.sorted { ($1.until, $0.id) < ($0.until, $1.id) }
    entries = sorted.compactMap { silence in
      (try? FilterText.parse(silence.filter, allowing: Silence.extras)).map { CompiledSilence(silence: silence, filter: $0) }
    }
    begins = entries.map(\.silence.from).min() ?? Timestamp(microseconds: .max)
    ends = entries.first?.silence.until ?? Timestamp(microseconds: .min)
  }

  /// The silences kept under ``SilenceList/key``. What cannot be read silences nothing: better too loud than deaf.
  public init(_ bytes: [UInt8]?) { self.init((try? SilenceList(bytes)) ?? SilenceList()) }

  /// Nothing is silenced at any time.
  public var isEmpty: Bool { entries.isEmpty }

  /// The silence that holds this back: the one that lasts longest, where there are several; nil where none does.
  /// - Parameters:
  ///   - role: whose row won; empty for `unrouted:`.
  ///   - row: its name, where it has one.
  ///   - time: when the event was received.
  public func silence(for event: Event, role: String, row: String?, at time: Timestamp) -> Silence? {
    if time < begins || time >= ends { return nil }
    for entry in entries {
      let silence = entry.silence
      if silence.until <= time { return nil }
      guard silence.from <= time, silence.role == nil || silence.role == role, silence.row == nil || silence.row == row else { continue }
      let filter = entry.filter
      guard filter.roles.isEmpty || filter.roles.contains(role) else { continue }
      guard filter.rows.isEmpty || row.map({ filter.rows.contains($0) }) ?? false else { continue }
      if filter.matches(event) { return silence }
    }
    return nil
  }
}

/// Keeps the book that was compiled last, as long as nobody changes a silence.
public final class SilenceShelf: Sendable {
  private let last = Guarded<(version: Int64, book: SilenceBook)?>(nil)

  /// Nothing read yet.
  public init() {}

  /// The book as it stands in the transaction: compiled once for each change.
  public func book(in states: any StateReading) -> SilenceBook {
    guard let kept = states.state(SilenceList.key) else { return SilenceBook(SilenceList()) }
    return last.withLock { last in
      if let last, last.version == kept.version { return last.book }
      let book = SilenceBook(kept.bytes)
      last = (kept.version, book)
      return book
    }
  }
}
