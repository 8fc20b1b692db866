import Bellhop
import Matching
import Store
import Watching

/// What watches should notice, by a reckoning of its own. Of clocks that are set it knows nothing: it says only what holds whatever they show.
struct WatchAccounts {
  var faults: [String] = []
  /// Of each subject, what is to be followed: the first since the last was.
  private var awaited: [String: [Int64]] = [:]
  /// What was told of: each once.
  private var missed: Set<Int64> = []
  private var recovered: Set<Int64> = []
  /// Of each heartbeat and subject: whether one has come, and whether it was told that none does.
  private var beats: [String: Bool] = [:]
  /// The first step of each subject that has no second yet.
  private var steps: [String: (sequence: Int64, received: Timestamp)] = [:]
  /// A pair that is complete, and whose event comes next.
  private var paired: [Int64]?
  /// Failures of each subject since the watch is in force, and whether they were told.
  private var failures: [String: [Timestamp]] = [:]
  private var attacked: Set<String> = []
  private var inForce: [String: Watch] = [:]
  /// The last event of somebody's.
  private var last: (sequence: Int64, type: String, subject: String)?

  /// Enough have failed, and it comes next.
  private var crossing: String?
  /// What waited before the last event, and whether what is told now was decided with it.
  private var before: [Int64]?
  private var isOfTheLast = false
  /// What each watch has noticed so far. One that notices again what it did before may go on with what is left of it.
  private var earlier: [String: Set<WatchRule>] = [:]
  private var vague: Set<String> = []
  /// Of each watch, what it waited for as its words were changed, and was not told yet.
  private var closed: [String: Int] = [:]
  /// When it was told last.
  private var ended: [String: Timestamp] = [:]

  private mutating func wrong(_ line: String) { faults.append(line) }

  /// Of what is forgotten nothing is told.
  mutating func forget() { vague.formUnion([Rulebook.stalled, Rulebook.silent, Rulebook.life, Rulebook.pair, Rulebook.many]) }

  /// A window has come due: what is told now is told of that.
  mutating func wake() { isOfTheLast = false }

  /// Of a watch that notices something else now, what it waited for is closed.
  mutating func adopt(_ edition: Rulebook.Edition) {
    let now = Dictionary(uniqueKeysWithValues: edition.watches.map { ($0.name, $0) })
    for name in Set(inForce.keys).union(now.keys) where inForce[name]?.rule != now[name]?.rule {
      switch name {
      case Rulebook.stalled:
        closed[name, default: 0] += awaited.count
        awaited = [:]
      case Rulebook.silent, Rulebook.life:
        if name == Rulebook.silent { closed[name, default: 0] += beats.count { $0.key.hasPrefix("\(name) ") && $0.value } }
        beats = beats.filter { !$0.key.hasPrefix("\(name) ") }
      case Rulebook.pair: steps = [:]
      case Rulebook.many: (failures, attacked) = ([:], [])
      default: break
      }
      if let old = inForce[name]?.rule { earlier[name, default: []].insert(old) }
      if let rule = now[name]?.rule, earlier[name]?.contains(rule) ?? false { vague.insert(name) }
    }
    inForce = now
  }

  mutating func see(_ event: Event, _ turn: StoreTurn) {
    let subject = event.subject ?? ""
    if event.sender == Event.gateway { return hear(event, subject, turn) }
    checkTold()
    last = (turn.sequence, event.type, subject)
    isOfTheLast = true
    switch event.type {
    case "order.paid" where inForce[Rulebook.stalled] != nil: awaited[subject, default: []].append(turn.sequence)
    // In time, or late and then told: both are the end of it.
    case "order.sent": before = awaited.removeValue(forKey: subject)
    case "host.alive":
      if inForce[Rulebook.silent] != nil { beats["\(Rulebook.silent) \(subject)"] = true }
      if inForce[Rulebook.life] != nil { beats["\(Rulebook.life) "] = true }
    case "step.one" where inForce[Rulebook.pair] != nil: steps[subject] = (turn.sequence, turn.received)
    case "step.two": pair(turn, subject)
    case "login.failed": fail(turn, subject)
    default: break
    }
  }

  private mutating func pair(_ turn: StoreTurn, _ subject: String) {
    guard case .sequence(_, let within)? = inForce[Rulebook.pair]?.rule, let first = steps.removeValue(forKey: subject),
      turn.received - first.received <= within, !vague.contains(Rulebook.pair)
    else { return }
    paired = [first.sequence, turn.sequence]
  }

  private mutating func fail(_ turn: StoreTurn, _ subject: String) {
    guard case .count(_, let enough, let within)? = inForce[Rulebook.many]?.rule, !vague.contains(Rulebook.many) else { return }
    failures[subject, default: []].append(turn.received)
    let times = failures[subject, default: []].suffix(enough)
    guard times.count == enough, !attacked.contains(subject), let least = times.min(), let most = times.max(), most - least <= within / 2
    else { return }
    attacked.insert(subject)
    crossing = subject
  }

  private mutating func hear(_ event: Event, _ subject: String, _ turn: StoreTurn) {
    if event.type == Watches.ended, let name = event.data["watch"]?.string {
      closed[name, default: 0] -= Int(event.data["count"]?.int ?? 0)
      if let last = ended[name], (Duration.zero..<Duration.seconds(5)).contains(turn.received - last) {
        wrong("\(event.id) is told apart from what was closed with it")
      }
      ended[name] = turn.received
    }
    guard event.type.hasPrefix("watch.") else { return }
    let named = (event.data["events"]?.array ?? []).compactMap(\.int)
    let silent = "\(Rulebook.silent) \(subject)"
    let life = "\(Rulebook.life) "
    switch event.type {
    case "watch.stalled": stall(event, named.first ?? -1, subject)
    case "watch.stalled.recovered":
      guard let first = named.first, missed.contains(first), recovered.insert(first).inserted else {
        return wrong("\(event.id) takes back what was not told")
      }
      // It is the end of that one alone.
      if let last, last.subject == subject, last.type == "order.sent" { awaited[subject] = before }
    case "watch.silent", "watch.life":
      let key = event.type == "watch.silent" ? silent : life
      if beats[key] == false { wrong("\(event.id): nobody came back since it was told last") }
      beats[key] = false
    case "watch.silent.resumed": beats[silent] = true
    case "watch.life.resumed": beats[life] = true
    case "watch.pair" where !vague.contains(Rulebook.pair):
      if named != paired ?? [] { wrong("\(event.id) tells of \(named), which are no pair") }
      paired = nil
    case "watch.many" where !vague.contains(Rulebook.many):
      attacked.insert(subject)
      if crossing == subject { crossing = nil }
      let count = Int(event.data["count"]?.int ?? 0)
      if count < Rulebook.enough || count > failures[subject, default: []].count { wrong("\(event.id) counts \(count)") }
    default: break
    }
  }

  private mutating func stall(_ event: Event, _ first: Int64, _ subject: String) {
    guard missed.insert(first).inserted else { return wrong("\(event.id) is told twice") }
    if isOfTheLast, let last, last.subject == subject {
      // What came too late, and was not told of before, is told as it comes.
      if last.type == "order.sent", before?.first == first { return }
      // Told as the next one came: that one waits now.
      if last.type == "order.paid", awaited[subject]?.first == first, awaited[subject]?.last == last.sequence, last.sequence != first {
        awaited[subject] = [last.sequence]
        return
      }
    }
    if awaited[subject]?.first != first, !vague.contains(Rulebook.stalled) {
      wrong("\(event.id): \(first) was not awaited: \(awaited[subject] ?? [])")
    }
    awaited[subject] = nil
  }

  /// What the last event completed was told with it.
  private mutating func checkTold() {
    if let paired { wrong("\(paired) are a pair, and nobody was told") }
    if let crossing { wrong("\(crossing) failed often enough, and nobody was told") }
    (paired, crossing) = (nil, nil)
  }

  /// What waited under words that were changed was said to be closed, each matter once.
  mutating func checkClosed() {
    for name in [Rulebook.stalled, Rulebook.silent] where !vague.contains(name) && closed[name, default: 0] != 0 {
      wrong("\(closed[name, default: 0]) of \(name) were closed, and nobody was told")
    }
  }

  mutating func checkEnd() {
    checkTold()
    for (subject, waiting) in awaited { wrong("\(waiting) of \(subject) were not followed, and nobody was told") }
    for (key, isAlive) in beats where isAlive { wrong("\(key) is silent, and nobody was told") }
  }
}
