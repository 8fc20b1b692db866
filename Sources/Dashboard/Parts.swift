import Bellhop
import Store

// Pieces that several pages have.
extension SafeHTML {
  /// A moment: in UTC, and as the reader's own clock has it where the script runs.
  static func time(_ time: Timestamp) -> SafeHTML { "<time datetime=\"\(time.rfc3339)\">\(time.rfc3339)</time>" }

  /// A table with its headings, wide ones scroll by themselves. `label` says what it lists, for those who hear the page.
  /// - Parameter body: attributes of its body.
  static func table(_ label: String, _ heads: [String], _ rows: [SafeHTML], _ body: SafeHTML = .none) -> SafeHTML {
    let head = heads.map { "<th scope=\"col\">\($0)</th>" as SafeHTML }.joined()
    return """
      <div class="scroll" role="region" aria-label="\(label)" tabindex="0"><table><thead><tr>\(head)</tr></thead><tbody\(body)>\(rows.joined())</tbody></table></div>
      """
  }

  /// A row of a table.
  static func row(_ cells: SafeHTML...) -> SafeHTML { "<tr>\(cells.map { "<td>\($0)</td>" as SafeHTML }.joined())</tr>\n" }

  /// A row whose cells are told apart elsewhere.
  static func cells(_ cells: [SafeHTML]) -> SafeHTML { "<tr>\(cells.map { "<td>\($0)</td>" as SafeHTML }.joined())</tr>\n" }

  /// What stands where there is nothing to list: what to do about it.
  static func empty(_ text: SafeHTML) -> SafeHTML { "<p class=\"empty\">\(text)</p>" }

  /// What became of a delivery, in a colour and in words.
  static func state(_ state: DeliveryState) -> SafeHTML {
    let kind =
      switch state {
      case .delivered: "good"
      case .dead, .unclear: "bad"
      case .waiting, .held: "wait"
      case .folded, .silenced: "soft"
      }
    return "<span class=\"\(kind)\">\(state.word)</span>"
  }

  /// A link to the page of an event.
  static func event(_ sequence: Int64, _ words: String) -> SafeHTML { "<a href=\"/events/\(sequence)\">\(words)</a>" }
}
