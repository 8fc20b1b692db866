import Bellhop
import Testing

@testable import Senders

/// A tree in one line, as the tables of these tests write it: `b{bold}`, `i{italic}`, `c{code}`, `P{block}`, `a{words→url}`, `L{item;item}`,
/// `e{tada}`, and `⏎` for a line.
func drawn(_ nodes: [Text.Node]) -> String {
  nodes.map { node in
    switch node {
    case .text(let words): words
    case .bold(let inner): "b{\(drawn(inner))}"
    case .italic(let inner): "i{\(drawn(inner))}"
    case .code(let code): "c{\(code)}"
    case .codeBlock(let code): "P{\(code)}"
    case .link(let inner, let url): "a{\(drawn(inner))→\(url)}"
    case .line: "⏎"
    case .list(let items): "L{\(items.map(drawn).joined(separator: ";"))}"
    case .emoji(let code): "e{\(code)}"
    }
  }.joined()
}

/// What must hold of every tree: no break within a line, no node without anything in it, no text beside text, no depth without end.
func flaws(_ nodes: [Text.Node], depth: Int = 0) -> [String] {
  var found: [String] = depth > 8 ? ["deeper than 8"] : []
  var isText = false
  for node in nodes {
    switch node {
    case .text(let words):
      if words.isEmpty { found.append("an empty text") }
      if words.contains(where: \.isNewline) { found.append("a break in \(words.debugDescription)") }
      if isText { found.append("text beside text: \(words)") }
    case .code(let code): if code.isEmpty || code.contains(where: \.isNewline) { found.append("code \(code.debugDescription)") }
    case .bold(let inner), .italic(let inner):
      if inner.isEmpty { found.append("marks around nothing") }
      found += flaws(inner, depth: depth + 1)
    case .link(let inner, let url):
      if inner.isEmpty || !SlackControl.isAddress(url) { found.append("a link to \(url)") }
      found += flaws(inner, depth: depth + 1)
    case .list(let items): for item in items { found += flaws(item, depth: depth + 1) }
    case .codeBlock, .line, .emoji: break
    }
    if case .text = node { isText = true } else { isText = false }
  }
  return found
}
