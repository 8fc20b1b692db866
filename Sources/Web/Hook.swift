import Bellhop
import NIOHTTP1
import Senders

/// A post to an address of a sender's own, in that sender's dialect.
final class Hook: Sendable {
  let sender: Sender
  let head: PostHead
  /// Nobody has this address: the sender stands in, so that the refusal is in words which its kind of caller knows.
  let isLost: Bool
  /// The part of the path that led to the sender: `/hooks/chat`; empty where a host name did.
  let address: String

  init(_ sender: Sender, _ head: PostHead, at address: String, isLost: Bool = false) {
    self.sender = sender
    self.head = head
    self.address = address
    self.isLost = isLost
  }
}

/// What a request wants, as far as refusals must know it.
enum Purpose: Sendable {
  case other
  /// To post events in Bellhop's own form.
  case events
  /// To post in a dialect.
  case hook(Hook)
  /// To post at an address of which nothing is known.
  case strayHook

  /// The label of what is refused.
  var route: String {
    switch self {
    case .other: "other"
    case .events: "events"
    case .hook(let hook): hook.sender.dialect.name
    case .strayHook: "hooks"
    }
  }

  var hook: Hook? { if case .hook(let hook) = self { hook } else { nil } }
}

/// The senders with addresses of their own, by what tells them apart.
struct HookTable: Sendable {
  private let byName: [String: Sender]
  private let byHost: [String: Sender]
  /// The senders of dialects that have an address in common.
  private let byPrefix: [(prefix: [String], dialect: Dialect, senders: [Sender])]

  init(_ senders: [Sender]) {
    let foreign = senders.filter { !$0.dialect.isOwn }
    byName = Dictionary(foreign.map { ($0.name, $0) }) { first, _ in first }
    byHost = Dictionary(foreign.flatMap { sender in sender.hosts.map { ($0, sender) } }) { first, _ in first }
    byPrefix = Dialect.all.flatMap { dialect in
      dialect.prefixes.map { prefix in
        (prefix.split(separator: "/").map(String.init), dialect, foreign.filter { $0.dialect.name == dialect.name })
      }
    }
  }

  /// Nobody has a host name of his own, so that names need not be looked at.
  var hasNoHosts: Bool { byHost.isEmpty }

  /// Whose request this is; nil where it is no post to a sender's address.
  func purpose(_ head: Head, _ door: Door, at now: Timestamp) -> Purpose? {
    // The command line says some name because it must; the file that it comes through says whom it means.
    if door == .tcp, !byHost.isEmpty, let host = head.authority.map(Self.name), let sender = byHost[host] {
      return .hook(Hook(sender, PostHead(head, Self.pieces(head.path)[...]), at: ""))
    }
    let pieces = Self.pieces(head.path)
    if pieces.first == "hooks" {
      guard pieces.count > 1, let sender = byName[pieces[1]] else { return .strayHook }
      return .hook(Hook(sender, PostHead(head, pieces.dropFirst(2)), at: "/hooks/\(sender.name)"))
    }
    for entry in byPrefix where pieces.starts(with: entry.prefix) {
      let post = PostHead(head, pieces.dropFirst(entry.prefix.count))
      // Every sender's secret is compared, so that the time tells nothing about which came close.
      let proofs = entry.senders.map { ($0, $0.proof(of: post, at: now)) }
      // Whose secret has ended is told so.
      let known = proofs.first { $0.1 == .proven } ?? proofs.first { if case .refused(.expired) = $0.1 { true } else { false } }
      let address = entry.prefix.map { "/\($0)" }.joined()
      if let sender = known?.0 { return .hook(Hook(sender, post, at: address)) }
      let standIn = entry.senders.first ?? Sender(name: entry.dialect.name, dialect: entry.dialect)
      return .hook(Hook(standIn, post, at: address, isLost: true))
    }
    return nil
  }

  /// The pieces between slashes, percent-decoded. What is not UTF-8 stays as it came, and so is nobody's.
  private static func pieces(_ path: String) -> [String] { path.split(separator: "/").map { $0.percentDecoded() ?? String($0) } }

  /// Without the port, in lower case.
  private static func name(_ authority: String) -> String {
    String((authority.hasPrefix("[") ? authority[...] : authority.prefix { $0 != ":" })).lowercased()
  }
}

extension PostHead {
  init(_ head: Head, _ path: ArraySlice<String>) {
    self.init(
      method: head.method.rawValue, path: Array(path), query: head.query.flatMap { FormFields.pairs($0) } ?? [],
      headers: head.headers.map { Pair($0.name.lowercased(), $0.value) }, peer: head.client)
  }
}
