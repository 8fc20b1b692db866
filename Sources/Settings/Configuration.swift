import Bellhop
import Matching
import Pacing
import Routing
import Senders
import Watching

/// A whole configuration, checked: every name it uses exists, every target fits its transport, every template can be rendered.
public struct Configuration: Sendable {
  /// Where and how to listen.
  public var server: ServerSettings
  /// Where events are kept, and how long.
  public var store: StoreSettings
  /// Who may post, in the order of the file.
  public var senders: [Sender]
  /// Tokens that may read history, stream and lanes.
  public var readers: [ReaderKey]
  /// The kinds that the pages of `vendors` describe.
  public var vendors: [Kind]
  /// The ways out, in the order of the file.
  public var transports: [TransportSettings]
  /// The named places, in the order of the file.
  public var channels: [ChannelSettings]
  /// Where events go that no row wanted; empty where the file does not say.
  public var unrouted: [Route]
  /// The roles' tables, in the order of the file.
  public var tables: [Table]
  /// The noise rules of those rows that have some.
  public var policies: [PacePolicy]
  /// The hours that rows name.
  public var calendars: [Calendar]
  /// What is noticed of events, and of what does not happen.
  public var watches: [Watch]
  /// The gateway whose messages are taken; nil where there is none.
  public var upstream: UpstreamSettings?
  /// What `bellhop test` runs.
  public var tests: [ConfiguredTest]
  /// What is doubtful, in the order of the file.
  public var warnings: [Mistake]
  /// Variables and files that are not to be had here: what holds them is unknown, and stands as it is written. Empty where that is a mistake.
  public var unknown: [String] = []

  /// The secrets that let somebody in and have an end, by whose they are: `sender shop`, `readers`.
  public var ends: [(owner: String, at: Timestamp)] {
    senders.flatMap { sender in sender.secrets.compactMap { sender.expiries[$0] }.map { ("sender \(sender.name)", $0) } }
      + readers.compactMap { reader in reader.expires.map { ("readers", $0) } }
  }

  /// What a variable is that is not set, and a file that cannot be read.
  public enum Unset: Sendable {
    /// For who is going to send with it.
    case mistake
    /// For who looks at a configuration that is in force elsewhere.
    case unknown
  }

  /// Channels and transports, with a check of targets that were planned under another configuration.
  public var directory: Directory {
    let transports = Dictionary(self.transports.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let expands = transports.compactMapValues { $0.kind.target.first(where: \.expands)?.name }
    let channels = Dictionary(self.channels.map { ($0.name, $0.places) }, uniquingKeysWith: { first, _ in first })
    return Directory(channels: channels, transports: Set(transports.keys), expands: expands) { name, target in
      transports[name].flatMap { $0.misfit(target) }
    }
  }
}
