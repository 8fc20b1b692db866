/// Guesses what was meant by a word that is not known.
enum NearMiss {
  /// The closest of the known words, if at most a third of its letters differ.
  static func of(_ word: String, among known: [String]) -> String? {
    guard word.utf8.count <= 64 else { return nil }
    let best = known.map { (name: $0, distance: distance(word.lowercased(), $0)) }.min { $0.distance < $1.distance }
    guard let best, best.distance <= max(1, best.name.count / 3) else { return nil }
    return best.name
  }

  /// How many letters to insert, drop, change or swap with a neighbour (optimal string alignment).
  static func distance(_ left: String, _ right: String) -> Int {
    let a = Array(left.unicodeScalars), b = Array(right.unicodeScalars)
    var rows = [Array(0...b.count)]
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, rows[i - 1][j - 1] + 1) }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}

/// A word from outside inside a message: in quotes, without control characters, and short.
func quoted(_ word: String) -> String {
  let clean = String(String.UnicodeScalarView(word.unicodeScalars.prefix(41).map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
  return clean.unicodeScalars.count > 40 ? "\"\(String(String.UnicodeScalarView(clean.unicodeScalars.prefix(40))))…\"" : "\"\(clean)\""
}
