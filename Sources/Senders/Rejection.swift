/// Why nothing of a request was taken, fit to be told to its sender as a problem document (RFC 9457).
public struct Rejection: Error, Sendable, Hashable {
  /// The HTTP status that says it: 400 unreadable, 413 too much, 415 an unknown form, 422 readable but wrong.
  public var status: Int
  /// One line for people.
  public var title: String
  /// What is wrong, in the order of the request; the first ``maximum``.
  public var problems: [FieldProblem]
  /// How many there are in all.
  public var total: Int

  /// So many problems are told at most.
  public static let maximum = 20

  /// A rejection with all its problems.
  public init(status: Int, title: String, problems: [FieldProblem] = [], total: Int? = nil) {
    self.status = status
    self.title = title
    self.problems = problems
    self.total = total ?? problems.count
  }
}

/// One thing that is wrong with a request.
public struct FieldProblem: Sendable, Hashable {
  /// Which event of the batch, from 0; nil where there is only one or none could be told apart.
  public var index: Int?
  /// Which line of NDJSON, from 1.
  public var line: Int?
  /// Where in the event, as a JSON pointer (RFC 6901): `/severity`. A header is named as it is: `Idempotency-Key`.
  public var field: String?
  /// What is wrong and what to do, in one line.
  public var detail: String

  /// A problem at a place.
  public init(index: Int? = nil, line: Int? = nil, field: String? = nil, detail: String) {
    self.index = index
    self.line = line
    self.field = field
    self.detail = detail
  }
}
