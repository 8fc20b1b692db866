import Bellhop

/// Reads the five fields of a ``Cron``.
struct CronParser {
  /// One of the five.
  struct CronField {
    var values: Set<Int> = []
    /// It begins with `*`.
    var isOpen = false
    /// Where it stands in the text.
    var offset = 0
  }

  private struct CronUnit {
    var name: String
    var range: ClosedRange<Int>
    var names: [String] = []
    /// Of the first name.
    var base = 0
  }

  private static let units = [
    CronUnit(name: "minute", range: 0...59), CronUnit(name: "hour", range: 0...23), CronUnit(name: "day of the month", range: 1...31),
    CronUnit(
      name: "month", range: 1...12, names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], base: 1),
    CronUnit(name: "day of the week", range: 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
  ]

  private static let nicknames = [
    "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0", "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
  ]

  let fields: [CronField]

  init(_ text: String) throws(CronError) {
    var parts: [(text: String, offset: Int)] = []
    var current = ""
    for (offset, scalar) in (text + " ").unicodeScalars.enumerated() {
      if scalar != " ", scalar != "\t" {
        current.unicodeScalars.append(scalar)
      } else if !current.isEmpty {
        parts.append((current, offset - current.unicodeScalars.count))
        current = ""
      }
    }
    if let first = parts.first, first.text.hasPrefix("@") {
      let meant = Self.nicknames[first.text.lowercased()]
      throw CronError(
        "\(first.text) is not read here", hint: "write \(meant ?? "five fields: minute hour day month weekday")", offset: first.offset)
    }
    guard parts.count == 5 else {
      let hint = parts.count == 6 ? "there are no seconds and no years here: minute hour day month weekday" : "for example 0 3 * * *"
      let count = parts.count == 1 ? "1 field" : "\(parts.count) fields"
      throw CronError("there \(parts.count == 1 ? "is" : "are") \(count), and a schedule has five", hint: hint, offset: 0)
    }
    var fields: [CronField] = []
    for (part, unit) in zip(parts, Self.units) { fields.append(try Self.field(part.text, at: part.offset, unit)) }
    self.fields = fields
  }

  private static func field(_ text: String, at offset: Int, _ unit: CronUnit) throws(CronError) -> CronField {
    var field = CronField(isOpen: text.hasPrefix("*"), offset: offset)
    var place = offset
    for element in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      field.values.formUnion(try Self.element(element, at: place, unit))
      place += element.unicodeScalars.count + 1
    }
    return field
  }

  private static func element(_ text: String, at offset: Int, _ unit: CronUnit) throws(CronError) -> Set<Int> {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let range = try range(parts[0], at: offset, unit)
    guard parts.count == 2 else { return Set(range) }
    let place = offset + parts[0].unicodeScalars.count + 1
    guard let step = number(parts[1]), (1...unit.range.upperBound).contains(step) else {
      throw CronError(
        "\(shown(parts[1])) is not a step of the \(unit.name)", hint: "write a number from 1 to \(unit.range.upperBound), as in */5",
        offset: place)
    }
    guard parts[0] == "*" || range.count > 1 else {
      throw CronError(
        "a step stands behind a range or *, not behind \(shown(parts[0]))", hint: "write \(parts[0])-\(unit.range.upperBound)/\(step)",
        offset: offset)
    }
    return Set(stride(from: range.lowerBound, through: range.upperBound, by: step))
  }

  private static func range(_ text: String, at offset: Int, _ unit: CronUnit) throws(CronError) -> ClosedRange<Int> {
    // Sunday, the seventh day, would come twice.
    if text == "*" { return unit.names.first == "sun" ? 0...6 : unit.range }
    let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let first = try value(ends[0], at: offset, unit)
    guard ends.count == 2 else { return first...first }
    var last = try value(ends[1], at: offset + ends[0].unicodeScalars.count + 1, unit)
    if last == 0, first > 0, unit.names.first == "sun" { last = 7 }
    guard first <= last else {
      throw CronError(
        "\(shown(text)) ends before it begins", hint: "write two ranges with a comma between them", offset: offset)
    }
    return first...last
  }

  private static func value(_ text: String, at offset: Int, _ unit: CronUnit) throws(CronError) -> Int {
    if let index = unit.names.firstIndex(of: text.lowercased()) { return unit.base + index }
    if let number = number(text) {
      if unit.range.contains(number) { return number }
      throw CronError(
        "the \(unit.name) \(number) is not between \(unit.range.lowerBound) and \(unit.range.upperBound)",
        hint: "the fields are minute hour day month weekday", offset: offset)
    }
    let start = String(text.lowercased().prefix(3))
    let near = unit.names.contains(start) ? start : text.nearest(among: unit.names)
    let hint =
      near.map { "did you mean \($0)?" }
      ?? "write *, a number from \(unit.range.lowerBound) to \(unit.range.upperBound)\(unit.names.isEmpty ? "" : ", a name such as \(unit.names[1])"), or a range"
    throw CronError("\(shown(text)) is not a \(unit.name)", hint: hint, offset: offset)
  }

  /// Digits only: `Int` takes a sign too.
  private static func number(_ text: String) -> Int? {
    text.utf8.count <= 4 && text.utf8.allSatisfy { (48...57).contains($0) } ? Int(text) : nil
  }

  private static func shown(_ text: String) -> String { text.isEmpty ? "nothing" : "\"\(Match.show(text))\"" }
}
