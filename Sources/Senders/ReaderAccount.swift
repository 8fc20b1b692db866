import Bellhop

/// The two kinds of readers.
public enum ReaderRole: String, Sendable, CaseIterable {
  /// Sees, and changes nothing.
  case viewer
  /// May change what ops change by hand, too: retry, pause, ring, drop, reload, forget.
  case `operator`
}

/// What somebody who looks at the history may see and do.
public struct ReaderRights: Sendable, Hashable {
  /// Whether something may be changed.
  public var role: ReaderRole
  /// The routing roles whose events and deliveries are seen; nil is all there is.
  public var only: Set<String>?

  /// Rights; by default those of who sees all and changes nothing.
  public init(_ role: ReaderRole = .viewer, only: Set<String>? = nil) {
    self.role = role
    self.only = only
  }
}

/// Somebody who may read, by a token.
public struct ReaderAccount: Sendable, Hashable {
  /// What the log calls it; nil where the configuration gives no name.
  public var name: String?
  /// Any of them opens the history.
  public var keys: [ReaderKey]
  /// What it may then.
  public var rights: ReaderRights

  /// A reader.
  public init(_ name: String?, keys: [ReaderKey], rights: ReaderRights = ReaderRights()) {
    self.name = name
    self.keys = keys
    self.rights = rights
  }
}

/// All who may read.
public struct ReaderAccounts: Sendable, Hashable {
  /// Those with tokens, in the order of the file.
  public var accounts: [ReaderAccount]
  /// Those whom a proxy has let in; nil where none is believed.
  public var proxy: ProxyLogin?

  /// By default nobody.
  public init(_ accounts: [ReaderAccount] = [], proxy: ProxyLogin? = nil) {
    self.accounts = accounts
    self.proxy = proxy
  }
}
