/// How much of a message is told where a vendor has no room for all of it.
public struct Portion: Sendable, Hashable {
  /// The links that are told, by their places in the message and in its order.
  public var links: [Int]
  /// How many facts are told, from the first on.
  public var facts: Int
  /// What the text may take once printed, in whatever the vendor counts.
  public var text: Int

  /// Not held against any message: places beyond its end are the caller's mistake.
  public init(links: [Int], facts: Int, text: Int) {
    self.links = links
    self.facts = facts
    self.text = text
  }

  /// The largest part of it that fits. Links are given up first, the longest before the others, because nobody reads them; then facts from
  /// the end; then the text is cut.
  /// - Parameters:
  ///   - message: whose links they are.
  ///   - shortest: what is left of the text at least, in the unit of `text`.
  ///   - fits: whether a vendor has room for a portion. It is asked about a few dozen; what is smaller must fit if what is larger does.
  /// - Returns: where nothing fits, the smallest.
  public func shrunk(_ message: Message, shortest: Int, fits: (Portion) -> Bool) -> Portion {
    if fits(self) { return self }
    let byLength = links.sorted { (message.links[$0].url.utf8.count, $0) > (message.links[$1].url.utf8.count, $1) }
    let (kept, facts, text) = (links, facts, text)
    var portion = self
    /// Gives up as little as it takes, or all there is; whether that was enough.
    func giveUp(_ count: Int, _ change: (inout Portion, Int) -> Void) -> Bool {
      guard count > 0 else { return false }
      func less(_ by: Int) -> Portion {
        var less = portion
        change(&less, by)
        return less
      }
      var (low, high) = (1, count)
      guard fits(less(high)) else {
        portion = less(high)
        return false
      }
      while low < high {
        let middle = (low + high) / 2
        if fits(less(middle)) { high = middle } else { low = middle + 1 }
      }
      portion = less(high)
      return true
    }
    if giveUp(byLength.count, { portion, count in portion.links = kept.filter { !byLength[..<count].contains($0) } }) { return portion }
    if giveUp(facts, { portion, count in portion.facts = facts - count }) { return portion }
    _ = giveUp(text - shortest) { portion, count in portion.text = text - count }
    return portion
  }
}
