import Bellhop

extension CourierCore {
  /// Puts another configuration in force at once. Every line is read again from disk into the lanes of the new configuration; what is in
  /// flight ends under the old one and is known by its id, so nothing is sent twice.
  mutating func adopt(_ new: Roster, at now: StepTime) {
    let old = roster
    retired[generation] = old.ways.values.map(\.transport).filter { one in !new.ways.values.contains { Self.areSame($0.transport, one) } }
    generation += 1
    usage[generation] = 0
    roster = new

    // Nothing was sent of what is only being read: it keeps its place in the order of its new lane.
    for flight in flights.values {
      guard case .fetching = flight.phase else { continue }
      leave(flight)
      if !flight.isForgotten { enter(flight.parcel, now) }
    }
    let oldLanes = lanes
    let oldByName = lanesByName
    let oldRoutes = routes
    lined = Load()
    asked = Load()
    lanes = [:]
    lanesByName = [:]
    ownLanes = [:]
    routes = [:]
    dirty = []
    for slots in slotsByTransport.values { slots.forgetWaiting() }

    // In the order of their numbers: which lanes get a name of their own must not depend on a hash.
    for (id, route) in oldRoutes.sorted(by: { $0.key < $1.key }) {
      let lane = learn(id, route.destination).lane
      if !route.lane.line.isEmpty || route.lane.hasMore { lane.hasMore = true }
      touch(lane)
    }
    for lane in oldLanes.values { if let drop = lane.drop { carry(drop, to: lanesByName[lane.name]) } }
    for (name, lane) in lanesByName {
      guard let before = oldByName[name] else { continue }
      // Another vendor under the old name owes nothing to the old one's word.
      guard before.way?.kind == lane.way?.kind else { continue }
      lane.pacer = before.pacer
      lane.breaker = before.breaker
      if let rest = before.rest { lane.extend(rest) }
      lane.throttles = before.throttles
      lane.outage = before.outage
      lane.hold = before.hold
      lane.lastFault = before.lastFault
    }
    // The places they take stay taken under the new configuration.
    for flight in flights.values {
      let before = flight.lane
      guard let lane = lanesByName[before.name], lane.transport == before.transport else { continue }
      flight.lane = lane
      if case .releasing = flight.phase { continue }
      if flight.hasSlot { lane.inFlight += 1 } else { lane.closing += 1 }
    }
  }

  /// Classes are the same when they are one object; values never are.
  private static func areSame(_ one: any Transport, _ other: any Transport) -> Bool {
    guard type(of: one) is AnyClass, type(of: other) is AnyClass else { return false }
    return one as AnyObject === other as AnyObject
  }

  /// Lets go of old configurations' transports once their last attempt has come back.
  mutating func closeRetired() {
    for (generation, transports) in retired where usage[generation, default: 0] == 0 {
      retired[generation] = nil
      usage[generation] = nil
      if !transports.isEmpty { effects.append(.close(transports)) }
    }
  }
}
