import Bellhop
import Matching
import Store

/// Why a filter is none for a stream.
public struct StreamMistake: Error, Sendable, Hashable {
  /// What is wrong and what to do about it.
  public let line: String
  /// Where, in Unicode scalars.
  public let offset: Int
  /// The filter, and below it a mark under the place.
  public let caret: String

  init(_ mistake: FilterMistake, in text: String) {
    line = [mistake.description, mistake.hint].compactMap { $0 }.joined(separator: "; ")
    offset = mistake.offset
    caret = mistake.caret(in: text)
  }

  /// A state that there is not.
  init(state word: String, in text: String) {
    let words = StreamSight.states
    let near = word.nearest(among: words).map { "did you mean \($0)? " } ?? ""
    let key = text.firstRange(of: "state:")?.upperBound ?? text.startIndex
    let place = text[key...].firstRange(of: word)?.lowerBound ?? key
    self.init(
      FilterMistake(
        "there is no state \(word)", hint: "\(near)there are \(words.joined(separator: ", "))",
        at: text.unicodeScalars.distance(from: text.startIndex, to: place), length: word.unicodeScalars.count), in: text)
  }
}

/// Why nobody else can follow now.
public enum StreamRefusal: Error, Sendable {
  /// There is no room for another reader.
  case crowded(Int)
  /// Where to begin could not be read.
  case store(SpoolError)
}
