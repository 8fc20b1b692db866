/// An answer that is made piece by piece, each when the one before is taken: in memory is one of them.
struct ReplyPages: Sendable {
  /// What comes next.
  enum NextPage: Sendable {
    case piece([UInt8])
    case end
    /// There would be more, and it cannot be had: the connection is cut, so that half does not pass for a whole.
    case broken
  }

  /// What there is already.
  let beginning: [UInt8]
  let next: @Sendable () async -> NextPage
}
