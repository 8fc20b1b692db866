import Bellhop
import Store

/// Decides all that the courier does: inputs in, effects out, time and luck as arguments, no I/O. The courier performs the effects with a
/// spool and transports; the simulation with a model of both.
///
/// A waiting delivery is in exactly one of four places: on disk only (above its lane's `cursor`, or out of line with an alarm), in its
/// lane's line, in a flight, or ended. Every rule here keeps it so.
struct CourierCore {
  /// Deliveries that a lane holds in memory, and all lanes together before each holds fewer: counted, and weighed in bytes. A lane holds one
  /// at least, whatever it weighs.
  struct Limits: Sendable {
    var window = Load(count: 1_024, bytes: 4 << 20)
    var crowdedWindow = Load(count: 32, bytes: 64 << 10)
    var inMemory = Load(count: 16_384, bytes: 32 << 20)
    /// A delivery above so many bytes waits without its words, which are read when it is sent.
    var whole = Delivery.largestWhole
    /// Bytes of such heavy ones whose attempts are under way at once. Each transport may have one in any case.
    var airborne = 32 << 20
    /// Lanes of one transport with a name of their own, and how many the others share.
    var lanes = 1_000
    var sharedLanes = 16
    /// Ends without an attempt under way at once in a lane.
    var closing = 256
    var alarmPage = 256
    /// Commits under way at once: the second is collected while the first is on its way to the disk.
    var commits = 2
  }

  /// How long past its timeout an attempt may take before it is cancelled, and how long it may take to come back then.
  static let grace = Duration.seconds(1)
  static let lastGrace = Duration.seconds(5)
  /// How often overdue attempts and idle lanes are looked for, while there are any.
  static let watchEvery = Duration.seconds(1)
  static let tidyEvery = Duration.seconds(60)

  /// How long lanes may stand still after a disk that was full has room again.
  static let longestCommitWait = Duration.seconds(2)
  /// How long replies go to a thread after its first message; then the next message opens another one.
  static let threadLife = Duration.seconds(90 * 86_400)

  let limits: Limits
  var roster: Roster
  var generation = 0
  /// Attempts that have not come back, by configuration; old configurations' transports are closed at zero.
  var usage: [Int: Int] = [0: 0]
  var retired: [Int: [any Transport]] = [:]

  /// What was kept from before is known: pauses, rests, and where there is a backlog. Before that nothing is sent.
  var isLoaded = false
  var lanes: [Int: Lane] = [:]
  var lanesByName: [String: Lane] = [:]
  var ownLanes: [String: Int] = [:]
  var routes: [Int64: ResolvedRoute] = [:]
  var nextLane = 0
  var nextDrop = 0
  var dirty: [Lane] = []
  var agenda = Timers()
  /// Parcels in lines, and those that were asked for.
  var lined = Load()
  var asked = Load()
  /// Bytes of heavy parcels whose attempts are under way.
  var airborne = 0

  var flights: [Int64: Flight] = [:]
  /// By the name of the transport, over configurations.
  var slotsByTransport: [String: AttemptSlots] = [:]
  var nextToken = 0
  /// Flights of attempts whose deadline is watched.
  var watchAt: Duration?
  var tidyAt: Duration?

  var pauses: [String: Pause] = [:]
  /// Rests that vendors asked for, by place: they outlive lanes, configurations and the process.
  var rests: [String: Lane.Rest] = [:]
  /// Attempts that were given up but have not come back, with their configuration.
  var abandoned: [Int: Int] = [:]
  /// The highest id that arrived in this process.
  var highest: Int64 = 0

  var outbox = Outbox()
  /// In this step a lane found all places taken.
  var lacksPlace = false
  var nextCommit = 0
  var commitNotBefore = Duration.zero
  var commitFailures = 0

  /// Reads of lanes under way, and who left memory since: an old page must not bring them back.
  var nextReading = 0
  var readings: Set<Int> = []
  var left: [Int64: Int] = [:]

  var nextAlarm: Timestamp?
  var alarmsAsked: Timestamp?
  var alarmsReading = 0
  var alarmsNotBefore = Duration.zero
  var releasing = 0
  /// Retries are looked for that a clock has put too far off.
  var far: FarWalk?

  var draining: Draining?
  var effects: [Effect] = []

  struct Draining {
    /// In ticks: cancel then, and wait no longer then.
    var cancelAt: Duration
    var endAt: Duration
  }

  /// The store's word for a text.
  let pseudonym: @Sendable (String) -> String

  init(
    roster: Roster, limits: Limits = Limits(),
    pseudonym: @escaping @Sendable (String) -> String = { String(fingerprint($0), radix: 16) }
  ) {
    self.pseudonym = pseudonym
    self.roster = roster
    self.limits = limits
  }

  /// Takes what has happened, in its order, and answers what is to be done.
  mutating func step(_ inputs: [Input], at now: StepTime) -> [Effect] {
    for input in inputs { take(input, at: now) }
    return finish(at: now)
  }

  mutating func take(_ input: Input, at now: StepTime) {
    switch input {
    case .arrived(let deliveries): arrive(deliveries, now)
    case .ended(let ids): forget(ids)
    case .sent(let token, let delivery, let outcome, let took, let earlier):
      land(token: token, delivery: delivery, outcome, took: took, earlier, now)
    case .fetched(let token, let id, let found): fetched(token: token, id, found, now)
    case .committed(let number): commitDone(number, now)
    case .commitFailed(let number, let error): commitFailed(number, error, now)
    case .page(let lane, let reading, let page): turn(page, lane: lane, reading: reading, now)
    case .alarms(let alarms, let deliveries, let next): ring(alarms, deliveries, next: next, now)
    case .alarmsFailed: alarmsFailed(now)
    case .far(let reading, let alarms, let deliveries): foundFar(reading, alarms, deliveries, now)
    case .outOfLine(let drop, let deliveries, let last): dropOutOfLine(drop, deliveries, last: last, now)
    case .tick: break
    }
  }

  /// After the inputs of a step: what is due, what may be sent, what is to be written down.
  mutating func finish(at now: StepTime) -> [Effect] {
    while let entry = agenda.pop(dueBy: now.ticks) {
      guard let lane = lanes[entry.lane], lane.armed == entry.at else { continue }
      lane.armed = nil
      touch(lane)
    }
    watch(now)
    askForAlarms(now)
    askForFar(now)
    // Pumping touches lanes again where a place is left to the next one; each has its turn once.
    while !dirty.isEmpty {
      let touched = dirty
      dirty.removeAll(keepingCapacity: true)
      for lane in touched {
        lane.isDirty = false
        pump(lane, now)
      }
    }
    flush(now)
    tidy(now)
    closeRetired()
    defer { effects = [] }
    return effects
  }

  /// When to be told the time at the latest, in ticks; nil when nothing waits for it.
  func nextWake(at now: StepTime) -> Duration? {
    var wake: Duration?
    func consider(_ moment: Duration) { wake = min(moment, wake ?? moment) }
    if let first = agenda.first { consider(first.at) }
    if let watchAt { consider(watchAt) }
    if let tidyAt { consider(tidyAt) }
    if mayHandIn { consider(commitNotBefore) }
    if let draining {
      if draining.cancelAt > now.ticks { consider(draining.cancelAt) }
      if draining.endAt > now.ticks { consider(draining.endAt) }
    }
    if draining == nil, isLoaded, alarmsAsked == nil, releasing == 0, let nextAlarm {
      // Wall time may be set: look again within a minute.
      consider(max(alarmsNotBefore, min(now.ticks(at: nextAlarm), now.ticks + .seconds(60))))
    }
    if draining == nil, isLoaded, let far, far.reading == nil { consider(far.notBefore) }
    return wake
  }

  mutating func touch(_ lane: Lane) {
    guard !lane.isDirty else { return }
    lane.isDirty = true
    dirty.append(lane)
  }

  mutating func arm(_ lane: Lane, at ticks: Duration) {
    if let armed = lane.armed, armed <= ticks { return }
    lane.armed = ticks
    agenda.add(.init(at: ticks, lane: lane.id))
  }

  /// A draining core is done when all fates are on disk, or when it has waited long enough.
  func isDone(at now: StepTime) -> Bool {
    guard let draining else { return false }
    return now.ticks >= draining.endAt || (flights.isEmpty && outbox.isEmpty && outbox.inFlight.isEmpty)
  }
}
