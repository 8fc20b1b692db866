import Bellhop

/// Hides secrets inside events before anything is stored: they become ``Secret/mask``. What is hidden, and what is not, is told in
/// docs/redaction.md; the figures there come from the corpus in `Tests/SendersTests`.
///
/// Names that tell of a secret are those of ``SecretNames`` and the sender's own. They are looked for as keys of objects at any depth, as
/// names in lists of headers and of pairs, and in strings, where `name=value`, `name: value` and their like stand. Strings are read for
/// tokens that are known by their form too (``TextScan``), and JSON inside of strings is read as JSON.
struct Redactor: Sendable {
  let names: SecretNames

  init(extra: [String] = []) { names = SecretNames(extra: extra) }

  /// Hides what is secret in what a sender gave; answers how many steps that took (see ``Redaction/steps``).
  @discardableResult
  func redact(_ draft: inout Draft) -> Int {
    var redaction = Redaction(names: names)
    if let id = draft.id, let clean = redaction.clean(id, .identifier) { draft.id = clean }
    if let source = draft.source, let clean = redaction.clean(source, .identifier) { draft.source = clean }
    if let type = draft.type, let clean = redaction.clean(type, .identifier) { draft.type = clean }
    if let subject = draft.subject, let clean = redaction.clean(subject, .prose) { draft.subject = clean }
    if let text = draft.text, let clean = redaction.clean(text, .prose) { draft.text = clean }
    if let clean = redaction.clean(draft.data) { draft.data = clean }
    return redaction.steps
  }

  /// Whether what stands under a key is hidden.
  func hides(_ key: String) -> Bool { names.weight(of: key) != nil }
}
