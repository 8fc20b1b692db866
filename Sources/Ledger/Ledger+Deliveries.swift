import Bellhop
import GRDB
import Store

// Deliveries by their state.
extension Ledger {
  /// Newest first. Of what waits or failed only the destination's own are looked at, where one is named; of other states all of them.
  public func deliveries(
    state: DeliveryState, destination: String?, roles: Set<String>?, before: Int64?, limit: Int
  ) async throws(SpoolError) -> [HistoryDelivery] {
    let waiting = gauges.withLock { Array($0.waiting.keys) }
    return try await look { db in
      let ids = try self.ids(state, named: destination, of: roles, before: before ?? .max, limit: max(limit, 0), waiting, db)
      return try ids.compactMap { id in try Rows.history(ofDelivery: id, db) { try self.destination($0, db) } }
    }
  }

  /// Along the same ways; a count of all that failed is a walk along an index.
  public func count(state: DeliveryState, destination: String?, roles: Set<String>?, upTo most: Int) async throws(SpoolError) -> Int {
    let waiting = gauges.withLock { Array($0.waiting.keys) }
    return try await look { db in try self.ids(state, named: destination, of: roles, before: .max, limit: most, waiting, db).count }
  }

  private func ids(
    _ state: DeliveryState, named name: String?, of roles: Set<String>?, before: Int64, limit: Int, _ waiting: [Int64], _ db: Database
  ) throws -> [Int64] {
    switch (state, name) {
    case (.waiting, _): try waitingIDs(in: waiting, named: name, of: roles, before: before, limit: limit, db)
    case (.dead, let name?), (.unclear, let name?): try failedIDs(state, named: name, of: roles, before: before, limit: limit, db)
    default: try walk(state, named: name, of: roles, before: before, limit: limit, db)
    }
  }

  /// The state stands in the text, because SQLite uses a partial index only where it can read the condition. The role is read where it is asked
  /// for: it does not stand in the index.
  private func walk(
    _ state: DeliveryState, named name: String?, of roles: Set<String>?, before: Int64, limit: Int, _ db: Database
  ) throws -> [Int64] {
    let columns = roles == nil ? name == nil ? "id" : "id, destination" : "id, destination, role"
    // Those that windows hold are few beside the history, which SQLite would walk down for them.
    let way = state == .held ? "INDEXED BY delivery_held " : ""
    let find = try SQLQuery(
      "SELECT \(columns) FROM delivery \(way)WHERE state = \(state.rawValue) AND id < ? ORDER BY id DESC LIMIT ?", on: db)
    find.bind(1, before)
    find.bind(2, roles == nil && name == nil ? limit : -1)
    var rows: [Int64] = []
    var wanted: [Int64: Bool] = [:]
    try find.each {
      guard rows.count < limit else { return false }
      if let roles, !roles.contains(find.text(2)) { return true }
      if let name {
        let destination = find.int(1)
        let fits = try wanted[destination] ?? (self.destination(destination, db).description == name)
        wanted[destination] = fits
        if !fits { return true }
      }
      rows.append(find.int(0))
      return true
    }
    return rows
  }

  /// What failed on its way to a destination: one look along the index for each destination that has such, then only the wanted ones.
  private func failedIDs(
    _ state: DeliveryState, named name: String, of roles: Set<String>?, before: Int64, limit: Int, _ db: Database
  ) throws -> [Int64] {
    let next = try SQLQuery(
      "SELECT destination FROM delivery WHERE state = \(state.rawValue) AND destination > ? ORDER BY destination LIMIT 1", on: db)
    var numbers: [Int64] = []
    var last = Int64.min
    while true {
      next.bind(1, last)
      // What is no number stands behind all numbers, and reads as one that was passed.
      guard let number = try next.first({ next.int(0) }), number > last else { break }
      last = number
      if try destination(number, db).description == name { numbers.append(number) }
    }
    let columns = roles == nil ? "id" : "id, role"
    let find = try SQLQuery(
      "SELECT \(columns) FROM delivery WHERE state = \(state.rawValue) AND destination = ? AND id < ? ORDER BY id DESC LIMIT ?", on: db)
    return try newest(of: numbers.map { number in (find, number) }, roles, before: before, limit: limit)
  }

  func waitingIDs(
    in destinations: [Int64], named name: String?, of roles: Set<String>?, before: Int64, limit: Int, _ db: Database
  ) throws -> [Int64] {
    let columns = roles == nil ? "id" : "id, role"
    let finds = try ["IS NULL", "IS NOT NULL"].map { due in
      try SQLQuery(
        "SELECT \(columns) FROM delivery WHERE state = 0 AND destination = ? AND due \(due) AND id < ? ORDER BY id DESC LIMIT ?", on: db)
    }
    let asked = try destinations.filter { try name == nil || destination($0, db).description == name }
    return try newest(of: asked.flatMap { number in finds.map { ($0, number) } }, roles, before: before, limit: limit)
  }

  /// The newest of several destinations together.
  private func newest(
    of questions: [(find: SQLQuery, destination: Int64)], _ roles: Set<String>?, before: Int64, limit: Int
  ) throws -> [Int64] {
    var ids: [Int64] = []
    for (find, destination) in questions {
      find.bind(1, destination)
      find.bind(2, before)
      // What has to be sorted is sorted as far as is wanted. Those of other roles do not count.
      find.bind(3, roles == nil ? limit : -1)
      var own: [Int64] = []
      try find.each {
        guard own.count < limit else { return false }
        if roles?.contains(find.text(1)) ?? true { own.append(find.int(0)) }
        return true
      }
      ids += own
    }
    return questions.count == 1 ? ids : Array(ids.sorted(by: >).prefix(limit))
  }
}
