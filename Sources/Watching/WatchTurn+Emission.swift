import Bellhop
import Store
import Templates

/// What happened, as a watch sees it.
struct WatchFinding {
  /// `.recovered`, `.resumed`: what takes back what was said.
  enum Reversal: String {
    case recovered, resumed
  }

  /// The event that it is about: templates are filled with its values.
  var about: Event
  /// Where that event stands, if it stands anywhere: whoever forgets it forgets what was said of it.
  var sequence: Int64?
  /// How many emitted events led to it: ``WatchTurn/depth(of:)``.
  var depth: Int
  /// Tells it from all others of its key: the same again has the same.
  var mark: String
  /// When it should have been noticed; nil is now.
  var due: Timestamp?
  /// More of it.
  var facts: JSON.Object = [:]
  /// It takes back what was said.
  var reversal: Reversal?
  /// The words of a reversal.
  var text: String?
}

extension WatchTurn {
  /// Events that come of emitted events come of more of these than so many no more: watches that feed one another come to an end.
  static let deepest = 4
  /// What is noticed by so much later than it was due is marked.
  static let punctual = Duration.seconds(60)
  /// Bytes of a subject, as from any sender.
  private static let subject = 512

  /// The time that a state holds; nil for what is none, and for times before 1970, when nothing was received.
  static func time(_ json: JSON) -> Timestamp? { json.int.flatMap { $0 < 0 ? nil : Timestamp(microseconds: $0) } }

  /// The depth that a state holds.
  static func depth(_ json: JSON) -> Int { Int(max(0, min(json.int ?? 0, Int64(deepest)))) }

  /// How many watches an event has come through: what others write into their data counts for nothing.
  static func depth(of event: Event) -> Int {
    guard event.sender == Event.gateway, let depth = event.data["depth"]?.int, (1...Int64(deepest)).contains(depth) else { return 0 }
    return Int(depth)
  }

  /// Emits the event of a finding, unless it comes of too many others.
  mutating func emit(_ finding: WatchFinding, _ watch: Watch, _ slot: RuleSlot) {
    let depth = finding.depth + 1
    guard depth <= Self.deepest else { return }
    var facts: JSON.Object = ["watch": .string(watch.name), "depth": .int(Int64(depth))]
    if let due = finding.due {
      if now - due > Self.punctual { facts["late"] = true }
      facts["due"] = .string(due.rfc3339)
    }
    if let sequence = finding.sequence { facts["events"] = [.int(sequence)] }
    for member in finding.facts.members { facts[member.key] = member.value }
    // Its own facts stand beside the values of the event, for the templates.
    var about = finding.about
    for member in facts.members { about.data[member.key] = member.value }
    let emission = watch.emit
    let subject = (emission.subject.map { $0.plain(about) } ?? about.subject).flatMap { $0.isEmpty ? nil : Self.clipped($0) }
    let label = watch.name + (subject.map { ": \($0)" } ?? "")
    let text = finding.text.map { "\(label): \($0)" } ?? emission.text.map { $0.plain(about) } ?? label
    var data: JSON.Object = [:]
    for field in emission.data { data[field.key] = .string(field.value.plain(about)) }
    for member in facts.members { data[member.key] = member.value }
    emit(
      Event(
        id: "watch-\(String(slot.ref, radix: 16))-\(finding.mark)", sender: Event.gateway, source: Event.gateway,
        type: emission.type + (finding.reversal.map { ".\($0.rawValue)" } ?? ""), subject: subject,
        severity: finding.reversal == nil ? emission.severity : .info, time: now, text: text, data: data))
  }

  /// Whole characters within the bytes that a subject may have.
  private static func clipped(_ text: String) -> String {
    guard text.utf8.count > subject else { return text }
    var out = ""
    for character in text {
      guard out.utf8.count + character.utf8.count <= subject - 3 else { break }
      out.append(character)
    }
    return out + "…"
  }
}
