import Bellhop
import Senders

/// What the log is told of wrong proofs: for each address at most a line a minute, with their count. Pure, as ``WrongProofs`` is.
struct WrongProofLog {
  /// Addresses with lines of their own in a minute; what others do is told together.
  static let most = 100
  static let pace = Duration.seconds(60)

  /// A line: how often something wrong came. Without an address it is that of all who have no line of their own.
  struct ProofTally: Equatable {
    var address: PeerAddress?
    var count: Int
  }

  private struct Told {
    var at: Duration
    /// What came since.
    var count = 0
  }
  private var told: [PeerAddress?: Told] = [:]

  /// Notes one, and answers with the line that is due at once: the first in a minute.
  mutating func note(from address: PeerAddress, at now: Duration) -> ProofTally? {
    let own: PeerAddress? = address.network
    let key = told[own] != nil || told.count < Self.most ? own : nil
    guard var last = told[key], now - last.at < Self.pace else {
      let count = (told[key]?.count ?? 0) + 1
      told[key] = Told(at: now)
      return ProofTally(address: key, count: count)
    }
    last.count += 1
    told[key] = last
    return nil
  }

  /// The lines that are due because a minute went by.
  mutating func due(at now: Duration) -> [ProofTally] {
    if told.isEmpty { return [] }
    var entries: [ProofTally] = []
    for (key, last) in told where now - last.at >= Self.pace {
      told[key] = last.count > 0 ? Told(at: now) : nil
      if last.count > 0 { entries.append(ProofTally(address: key, count: last.count)) }
    }
    return entries.sorted { $0.count > $1.count }
  }
}
