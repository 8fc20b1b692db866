/// Something wrong or doubtful in a configuration: where, what, and what to do. Never a secret.
public struct Mistake: Sendable, Hashable, CustomStringConvertible {
  /// The path of the file as it was given.
  public var file: String
  /// From 1.
  public var line: Int
  /// From 1, in Unicode code points.
  public var column: Int
  /// The keys that lead there: `roles.devops[0].match.severity`; empty for the file as a whole.
  public var path: String
  /// One sentence without a full stop.
  public var problem: String
  /// What to do about it.
  public var hint: String?
  /// Doubtful only: shown, but it stops nothing.
  public var isWarning: Bool

  /// A mistake at that place.
  public init(
    file: String, line: Int, column: Int, path: String = "", problem: String, hint: String? = nil, isWarning: Bool = false
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.path = path
    self.problem = problem
    self.hint = hint
    self.isWarning = isWarning
  }

  /// `file:line:column: path: problem; hint`, on one line; a warning says so behind the place, as compilers do.
  public var description: String {
    var out = "\(file):\(line):\(column): "
    if isWarning { out += "warning: " }
    if !path.isEmpty { out += "\(path): " }
    out += problem
    if let hint { out += "; \(hint)" }
    return out.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
