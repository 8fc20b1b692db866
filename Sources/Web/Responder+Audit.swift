import Bellhop
import Store

// What was done by hand, for who may do the same.
extension Responder {
  func audit(_ text: String?) async throws(ProblemDocument) -> Reply {
    let query = try Query(text, known: ["before", "limit"])
    let before = try query.number("before", in: 0...Int64.max)
    let limit = Int(try query.number("limit", in: 1...1_000) ?? 50)
    let insight = insight
    return .json(try await stored { () async throws(SpoolError) in try await insight.audit(before: before, limit: limit) })
  }
}
