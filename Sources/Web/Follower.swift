import NIOCore
import Streaming

/// Somebody who follows what happens, and what must hold for as long as it does.
struct Follower: Sendable {
  let reader: StreamReader
  /// Whether it may still see what it was let in to see.
  let isWelcome: @Sendable (Rules) -> Bool
}

/// Gives one who follows its signs of life, and looks whether it takes what is put in and may still see it.
struct FollowerPulse {
  /// Who takes nothing for so long is sent away.
  static let patience = TimeAmount.seconds(10)

  private let follower: Follower
  private let group: ConnectionGroup
  private let pulse: RepeatedTask
  private var seen: Rules

  init(_ follower: Follower, of connection: Connection, _ serial: Int) {
    self.follower = follower
    group = connection.group
    seen = group.rules
    let (group, mailbox) = (group, follower.reader.mailbox)
    mailbox.listen { group.deliver(.stirred, to: connection, serial) }
    pulse = group.loop.scheduleRepeatedTask(initialDelay: StreamSource.heartbeat, delay: StreamSource.heartbeat) { _ in
      // What was said when it came may have ended by now.
      if follower.isWelcome(group.rules) { mailbox.beat() } else { mailbox.drop(.rights) }
    }
  }

  /// Sends it away where it has been too slow, or a reload took what it may see.
  mutating func look(isStuck: Bool) {
    let mailbox = follower.reader.mailbox
    mailbox.look(at: .now)
    if isStuck { mailbox.drop(.slow) }
    let rules = group.rules
    if seen !== rules, !follower.isWelcome(rules) { mailbox.drop(.rights) }
    seen = rules
  }

  /// Nothing more is put in; what waits is still told.
  func stop() {
    pulse.cancel()
    follower.reader.mailbox.finish()
  }
}
