/// Asks, with the count, before many dead letters are tried again or sent elsewhere.
public struct DeadForm: Sendable {
  private let filter: DeadFilter
  private let ids: [Int64]?
  private let count: Int
  private let most: Int
  private let channel: String?
  private let flaw: FormFlaw?

  /// - Parameters:
  ///   - ids: the ticked ones; nil is all that match.
  ///   - count: how many they are, counted up to `most`.
  ///   - channel: where they are sent instead; nil tries them again.
  public init(_ filter: DeadFilter, ids: [Int64]?, count: Int, upTo most: Int, channel: String?, flaw: FormFlaw? = nil) {
    self.filter = filter
    self.ids = ids
    self.count = count
    self.most = most
    self.channel = channel
    self.flaw = flaw
  }

  /// What stands below its heading.
  public var content: SafeHTML {
    let back: SafeHTML = "<a href=\"\(DashboardView.dead.path)?\(filter.query)\">Back to the dead letters</a>"
    if count == 0 { return "<p class=\"empty\">\(ids == nil ? "Nothing matches." : "Nothing was ticked.") \(back)</p>" }
    let number = "\(count >= most ? "more than " : "")\(SafeHTML.grouped(Int64(count))) \(count == 1 ? "delivery" : "deliveries")"
    let to: SafeHTML? = filter.destination.map { " to <strong>\($0)</strong>" }
    let of: SafeHTML? = filter.role.map { " of <strong>\($0)</strong>" }
    let which: SafeHTML = ids == nil ? "\(of)\(to)" : " that you ticked"
    let question: SafeHTML =
      if let channel {
        "Send <strong>\(number)</strong>\(which) to the channel <strong>\(channel)</strong> instead? They keep their place here, with a note."
      } else {
        "Retry <strong>\(number)</strong>\(which)?"
      }
    let chosen = ids.map { SafeHTML.hidden("ids", $0.map(String.init).joined(separator: ",")) } ?? filter.hidden
    return """
      \(SafeHTML.flaw(flaw, besides: []))<p>\(question)</p><form method="post" action="\(DashboardView.dead.path)">\
      \(SafeHTML.hidden("do", channel == nil ? "retry" : "redirect"))\(SafeHTML.hidden("to", channel))\(chosen)\
      <p><button>\(channel == nil ? "Retry" : "Send") \(number)</button> \(back)</p></form>
      """
  }
}
