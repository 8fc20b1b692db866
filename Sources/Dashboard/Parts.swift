import Bellhop
import Store

// Pieces that several pages have.
extension SafeHTML {
  /// A moment: in UTC, and as the reader's own clock has it where the script runs.
  static func time(_ time: Timestamp) -> SafeHTML { "<time datetime=\"\(time.rfc3339)\">\(time.rfc3339)</time>" }

  /// A table with its headings, wide ones scroll by themselves. `label` says what it lists, for those who hear the page.
  /// - Parameters:
  ///   - body: attributes of its body.
  ///   - stacks: on narrow screens its rows are as blocks one below the other. What browsers would make of them then is said by roles.
  static func table(
    _ label: String, _ heads: [String], _ rows: [SafeHTML], _ body: SafeHTML = .none, stacks: Bool = false
  ) -> SafeHTML {
    func role(_ name: SafeHTML) -> SafeHTML { stacks ? " role=\"\(name)\"" : .none }
    let head = heads.map { "<th scope=\"col\"\(role("columnheader"))>\($0)</th>" as SafeHTML }.joined()
    let kind: SafeHTML = stacks ? " class=\"stack\"" : .none
    return """
      <div class="scroll" role="region" aria-label="\(label)" tabindex="0"><table\(kind)\(role("table"))><thead\(role("rowgroup"))>\
      <tr\(role("row"))>\(head)</tr></thead><tbody\(role("rowgroup"))\(body)>\(rows.joined())</tbody></table></div>
      """
  }

  /// A row of a table that stacks.
  /// - Parameters:
  ///   - attributes: of the row.
  ///   - short: cells that hold a word or two, and stand beside each other.
  ///   - long: cells that take a line of their own.
  static func item(_ attributes: SafeHTML = .none, short: [SafeHTML], long: [SafeHTML]) -> SafeHTML {
    let cells =
      short.map { "<td role=\"cell\">\($0)</td>" as SafeHTML } + long.map { "<td role=\"cell\" class=\"wide\">\($0)</td>" as SafeHTML }
    return "<tr role=\"row\"\(attributes)>\(cells.joined())</tr>\n"
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
