extension Text {
  /// Where an address in a text ends: at white space or a sign that no address holds, without the punctuation of the sentence around it.
  /// Of brackets only those without a partner fall off. https://github.github.com/gfm/#extended-www-autolink
  /// - Parameters:
  ///   - host: where the host begins, behind `https://`.
  /// - Returns: nil where nothing stands there.
  public static func endOfAddress<Scalars: BidirectionalCollection>(_ host: Scalars.Index, in scalars: Scalars) -> Scalars.Index?
  where Scalars.Element == Unicode.Scalar {
    var end = host
    var open: [Unicode.Scalar: Int] = [:]
    while end < scalars.endIndex, !endsAddress(scalars[end]) {
      // What closes a label does not belong to the address inside it.
      if scalars[end] == "]", open["[", default: 0] == 0 { break }
      switch scalars[end] {
      case "(", "[": open[scalars[end], default: 0] += 1
      case ")": open["(", default: 0] -= 1
      case "]": open["[", default: 0] -= 1
      default: break
      }
      end = scalars.index(after: end)
    }
    while end > host {
      let last = scalars.index(before: end)
      switch scalars[last] {
      case ".", ",", ";", ":", "!", "?", "*", "_", "~", "'", "…": break
      case "(", "[": open[scalars[last], default: 0] -= 1
      case ")":
        guard open["(", default: 0] < 0 else { return end }
        open["(", default: 0] += 1
      default: return end
      }
      end = last
    }
    return nil
  }

  private static func endsAddress(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x80 { return scalar.value <= 0x20 || scalar.value == 0x7F || "<>|\"`\\".unicodeScalars.contains(scalar) }
    return scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint || scalar.value < 0xA0
  }
}
