import Bellhop
import Pacing
import Store
import Watching

/// What the rules in force say, each as a number: a window goes on over a restart or a reload as long as its rule says the same.
public struct RuleWords: Sendable, Hashable {
  /// By `owner role/row rule`, or `owner watch`.
  private var words: [String: String] = [:]

  /// Where the words of the rules that were in force last are kept.
  public static let key = "rules"

  init(_ policies: [PacePolicy], watches: [String: String] = [:]) {
    for (name, rule) in watches { words["\(Watches.owner) \(name)"] = rule }
    for policy in policies {
      for (rule, text) in policy.words {
        words["\(Pacer.owner) \(policy.role)/\(policy.row) \(rule)"] = String(fingerprint(text), radix: 16)
      }
    }
  }

  /// Which rule a slot belongs to, as ``changed(from:)`` names it.
  public static func name(of slot: RuleSlot) -> String {
    if slot.owner == Watches.owner { return slot.rule == Watches.closing ? "closing \(slot.name)" : "\(slot.owner) \(slot.name)" }
    var rule = slot.rule
    if rule.hasPrefix(Pacer.others) { rule.removeFirst(Pacer.others.count) }
    while rule.last?.isNumber == true { rule.removeLast() }
    return "\(slot.owner) \(slot.name) \(rule == "report" ? "digest" : rule)"
  }

  /// Rules that said something else when `bytes` were kept, or are no more. New ones have no windows.
  public func changed(from bytes: [UInt8]?) -> Set<String> {
    guard let bytes, let old = (try? JSON(parsing: bytes))?.object else { return [] }
    return Set(old.members.filter { words[$0.key] != $0.value.string }.map(\.key))
  }

  /// As they are kept.
  public var bytes: [UInt8] {
    Array(JSON.object(JSON.Object(words.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })).text.utf8)
  }
}
