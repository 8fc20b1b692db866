import Bellhop
import Courier
import Senders
import Settings
import Store
import Web

/// Bellhop's own trouble as events, so that ops route it like any other. Pure: the time is passed in.
struct Trouble {
  /// The same trouble about the same thing is told once in this time.
  static let quiet = Duration.seconds(60)

  private var told: [String: Timestamp] = [:]

  /// The event for what the courier reports; nil for what is not told: repeats within ``quiet``, and trouble in delivering
  /// a `bellhop.*` event, which would feed on itself.
  mutating func event(for report: CourierEvent, at now: Timestamp) -> Event? {
    switch report {
    case .laneBroken(let lane, let fault):
      make(
        "bellhop.lane.broken", subject: lane, .error, "\(lane) does not take messages: \(fault.line)", ["fault": .string(fault.kind.word)],
        now)
    case .laneMended(let lane):
      make("bellhop.lane.mended", subject: lane, .notice, "\(lane) takes messages again", [:], now)
    case .deliveryDead(let delivery, let fault):
      dead(
        delivery.event, to: delivery.destination, fault.line,
        ["fault": .string(fault.kind.word), "delivery": .int(delivery.id), "event": .int(delivery.sequence)], now)
    case .laneHeld(let lane, let length, let why, let until):
      make(
        "bellhop.lane.held", subject: lane, .warning,
        "\(lane) has held back its messages for \(length.short): \(why)\(until.map { $0.microseconds == .max ? "" : "; until \($0.rfc3339)" } ?? "")",
        ["for": .string(length.short)], now)
    case .clockJumped(let jump):
      make(
        "bellhop.clock.jumped", subject: "clock", .warning,
        "The machine's clock was set \(Self.told(jump)): look at its time service; waits go on as they were",
        ["by": .int(jump.components.seconds)],
        now)
    case .spoolFailing, .spoolMended: nil
    }
  }

  /// `back by 1h`.
  static func told(_ jump: Duration) -> String { jump < .zero ? "back by \((.zero - jump).short)" : "forward by \(jump.short)" }

  /// A delivery that was dead from the start: its target could not be made of the event.
  mutating func event(for planned: PlannedDelivery, of kept: Committed.Kept, at now: Timestamp) -> Event? {
    guard planned.state == .dead else { return nil }
    return dead(
      kept.event, to: planned.destination, planned.note ?? "",
      ["fault": .string(Fault.Kind.misconfigured.word), "event": .int(kept.sequence)], now)
  }

  private mutating func dead(_ event: Event, to destination: Destination, _ why: String, _ data: JSON.Object, _ now: Timestamp) -> Event? {
    if event.sender == "bellhop" { return nil }
    let name = destination.description
    return make(
      Event.deathType, subject: name, .error, "\(event.type) could not be delivered to \(name): \(why)", data, now)
  }

  /// The store is nearly full.
  mutating func storeLow(_ line: String, at now: Timestamp) -> Event? {
    make("bellhop.store.low", subject: "store", .critical, line, [:], now)
  }

  /// So long before its end a secret is told of, once a day.
  static let notice = Duration.seconds(7 * 86_400)

  /// The events for secrets that end soon, each once on a day. The same day makes the same event, so that a restart tells nothing again.
  mutating func expiring(_ ends: [(owner: String, at: Timestamp)], at now: Timestamp) -> [Event] {
    ends.compactMap { owner, end in
      guard now < end, end - now <= Self.notice else { return nil }
      let day = Timestamp(seconds: now.seconds - now.seconds % 86_400)
      let id = "bellhop.token.expiring-\(owner)-\(end.rfc3339)-\(day.rfc3339)"
      if told[id] != nil { return nil }
      told[id] = now
      return Event(
        id: id, sender: Sender.own, source: Sender.own, type: "bellhop.token.expiring", subject: owner, severity: .warning, time: day,
        text: "A secret of \(owner) expires at \(end.rfc3339): put a new one beside it, `bellhop token new`",
        data: ["expires": .string(end.rfc3339)])
    }
  }

  /// The event for the listener's certificate when it ends soon or has ended, once on a day.
  mutating func certificate(_ path: String, ends end: Timestamp, at now: Timestamp) -> Event? {
    guard end - now <= ListenerIdentity.notice else { return nil }
    let day = Timestamp(seconds: now.seconds - now.seconds % 86_400)
    let id = "bellhop.certificate.expiring-\(path)-\(end.rfc3339)-\(day.rfc3339)"
    if told[id] != nil { return nil }
    told[id] = now
    let isOver = end <= now
    return Event(
      id: id, sender: Sender.own, source: Sender.own, type: "bellhop.certificate.expiring", subject: path,
      severity: isOver ? .error : .warning, time: day,
      text: "The certificate \(path) \(isOver ? "expired" : "expires") at \(end.rfc3339): put a new one in its place",
      data: ["expires": .string(end.rfc3339)])
  }

  /// A certificate or its key was changed to what cannot be used.
  static func certificateRejected(_ files: ServerSettings.TLSFiles, _ why: String, at now: Timestamp) -> Event {
    Event(
      id: "certificate-rejected-\(now.microseconds)", sender: Sender.own, source: Sender.own, type: "bellhop.certificate.rejected",
      subject: files.certificate, severity: .error, time: now,
      text: "The new certificate and key are not used: \(why); the old ones stay in force", data: ["key": .string(files.key)])
  }

  /// A reload was refused.
  static func configurationRejected(_ mistakes: [String], at now: Timestamp) -> Event {
    Event(
      id: "config-rejected-\(now.microseconds)", sender: "bellhop", source: "bellhop", type: "bellhop.config.rejected",
      subject: "configuration",
      severity: .error, time: now, text: "A reload was refused: \(mistakes.first ?? ""); the old configuration stays in force",
      data: ["mistakes": .array(mistakes.prefix(20).map(JSON.string))])
  }

  private mutating func make(
    _ type: String, subject: String, _ severity: Severity, _ text: String, _ data: JSON.Object, _ now: Timestamp
  ) -> Event? {
    let key = "\(type) \(subject)"
    // A clock that went back makes nothing recent.
    if let last = told[key], (.zero..<Self.quiet).contains(now - last) { return nil }
    if told.count > 10_000 { told = told.filter { (.zero..<Self.quiet).contains(now - $0.value) } }
    told[key] = now
    return Event(
      id: "\(type)-\(subject)-\(now.microseconds)", sender: "bellhop", source: "bellhop", type: type, subject: subject, severity: severity,
      time: now, text: text, data: data)
  }
}
