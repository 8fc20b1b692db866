import Bellhop
import GRDB
import Store

extension Ledger {
  /// Deliveries that one read looks at, and destinations that one step removes.
  private static let rowsPerRead: Int64 = 20_000
  private static let rowsPerStep = 500

  /// Writes the entries of the newest events into the indexes, in steps; for a quiet moment.
  public func catchUp() async throws(SpoolError) {
    try await alone { _ in self.writer.withLock { $0 }?.tail.startTaking(early: true) }
    while try await write({ _, writer, _ in writer.tail.taking != nil }) {}
  }

  /// Removes entries of indexes that lead nowhere, and the destinations that no delivery names any more; answers how many of these: targets made of events would gather for ever, and
  /// they may name people. Looks at every delivery, beside traffic and in small reads; meant for once a day.
  public func tidy() async throws(SpoolError) -> Int {
    let marks = try await write { _, writer, _ in
      writer.beginNoting()
      return writer.marks
    }
    let result: Result<Int, SpoolError>
    do throws(SpoolError) { result = .success(try await removeUnnamed(upTo: marks)) } catch { result = .failure(error) }
    try await write { _, writer, _ in writer.endNoting() }
    try await removeStale()
    return try result.get()
  }

  /// Entries of the indexes by identity and by subject whose events `keep` has removed, in steps. Those by type went with their events.
  private func removeStale() async throws(SpoolError) {
    var identity: [UInt8]? = []
    while let after = identity {
      identity = try await write { db, writer, _ in try writer.removeStaleIdentities(after: after, limit: Self.rowsPerStep, db) }
    }
    var subject: (key: Int64, sequence: Int64)? = (.min, .min)
    while let after = subject {
      subject = try await write { db, writer, _ in try writer.removeStaleSubjects(after: after, limit: Self.rowsPerStep, db) }
    }
  }

  private func removeUnnamed(upTo marks: Writer.Marks) async throws(SpoolError) -> Int {
    let unused = try await unnamed(upTo: marks)
    let removed = try await inSteps(unused.destinations) { db, writer, step in try writer.remove(destinations: step, db) }
    _ = try await inSteps(unused.lanes) { db, writer, step in try writer.remove(lanes: step, db) }
    names.withLock { names in for id in unused.destinations { names[id] = nil } }
    return removed
  }

  private func inSteps(
    _ ids: [Int64], _ remove: @escaping @Sendable (Database, Writer, [Int64]) throws -> Int
  ) async throws(SpoolError) -> Int {
    var removed = 0
    var rest = ids[...]
    while !rest.isEmpty {
      let step = Array(rest.prefix(Self.rowsPerStep))
      rest = rest.dropFirst(step.count)
      removed += try await write { db, writer, _ in try remove(db, writer, step) }
    }
    return removed
  }

  /// Numbers that stand in no delivery.
  private func unnamed(upTo marks: Writer.Marks) async throws(SpoolError) -> (destinations: [Int64], lanes: [Int64]) {
    func all(_ table: String, upTo mark: Int64) async throws(SpoolError) -> Set<Int64> {
      Set(
        try await read { db in
          let all = try SQLQuery("SELECT id FROM \(table) WHERE id <= ?", on: db)
          all.bind(1, mark)
          return try all.all { all.int(0) }
        })
    }
    var unnamed = try await all("destination", upTo: marks.destination)
    var lanes = try await all("lane", upTo: marks.lane)
    var next: Int64 = 0
    while !unnamed.isEmpty || !lanes.isEmpty {
      let after = next
      let (found, used, last) = try await read { db in
        var found: Set<Int64> = []
        var used: Set<Int64> = []
        var last: Int64?
        let find = try SQLQuery("SELECT id, destination, fallback, lane FROM delivery WHERE id > ? ORDER BY id LIMIT ?", on: db)
        find.bind(1, after)
        find.bind(2, Self.rowsPerRead)
        try find.each {
          last = find.int(0)
          found.insert(find.int(1))
          if let lane = find.optionalInt(3) { used.insert(lane) }
          if let fallback = find.optionalText(2) { found.formUnion(fallback.split(separator: " ").compactMap { Int64($0) }) }
          return true
        }
        return (found, used, last)
      }
      unnamed.subtract(found)
      lanes.subtract(used)
      guard let last else { break }
      next = last
    }
    return (unnamed.sorted(), lanes.sorted())
  }
}

extension Writer {
  /// Removes those that nobody has named meanwhile.
  fileprivate func remove(destinations: [Int64], _ db: Database) throws -> Int {
    try keepMarks()
    let named = named ?? []
    let gone = destinations.filter { !named.contains($0) }
    for id in gone {
      let remove = try SQLQuery("DELETE FROM destination WHERE id = ?", on: db)
      remove.bind(1, id)
      try remove.run()
    }
    forgetNumbers()
    return gone.count
  }

  /// Removes names of lanes that no row has used meanwhile.
  fileprivate func remove(lanes: [Int64], _ db: Database) throws -> Int {
    try keepMarks()
    let used = namedLanes ?? []
    let gone = lanes.filter { !used.contains($0) }
    for id in gone {
      let remove = try SQLQuery("DELETE FROM lane WHERE id = ?", on: db)
      remove.bind(1, id)
      try remove.run()
    }
    forgetNumbers()
    return gone.count
  }
}
