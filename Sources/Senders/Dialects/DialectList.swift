extension Dialect {
  /// Every dialect that senders may speak, in the order of the manual: a new one is a line here and a file beside this one.
  public static let all: [Dialect] = [api, slack, discord, gotify, ntfy, json]
}
