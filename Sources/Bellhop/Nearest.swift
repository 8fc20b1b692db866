extension String {
  /// The one of `known` that a typo in this word most likely meant, for hints; nil where nothing is near.
  ///
  /// Near is a third of the word's letters or fewer, three at most, counted as insertions, deletions, replacements and swaps of neighbours
  /// (optimal string alignment, https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance); capitals do not count.
  package func nearest(among known: some Sequence<String>) -> String? {
    let wanted = Array(lowercased().utf8)
    // A long word would cost its length times every known word, and is no typo.
    guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
    let limit = min(3, max(1, wanted.count / 3))
    var best: (word: String, distance: Int)?
    for candidate in known where abs(candidate.utf8.count - wanted.count) <= limit {
      let distance = editDistance(wanted, Array(candidate.lowercased().utf8))
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.word
  }
}

private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
  var older: [Int] = []
  var previous = Array(0...right.count)
  for (i, a) in left.enumerated() {
    var current = [i + 1]
    current.reserveCapacity(right.count + 1)
    for (j, b) in right.enumerated() {
      var cost = min(previous[j] + (a == b ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
      if i > 0, j > 0, a == right[j - 1], left[i - 1] == b { cost = min(cost, older[j - 1] + 1) }
      current.append(cost)
    }
    older = previous
    previous = current
  }
  return previous[right.count]
}
