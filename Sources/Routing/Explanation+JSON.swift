import Bellhop
import Store

extension Explanation {
  /// `{event, at, fate, note, roles: [{role, rows: [{row, name, position, won, why}], untried}], deliveries: [{role, row, destination,
  /// place, alert, state, note, not_before, fallback}]}`; rows count from 1, as people do; what there is not is left out.
  public var json: JSON {
    var object: JSON.Object = [
      "event": .object(event.json), "at": .string(time.rfc3339), "fate": .string(plan.fate.word),
    ]
    object["note"] = plan.note.map(JSON.string)
    object["roles"] = .array(roles.map { .object($0.json) })
    object["deliveries"] = .array(zip(plan.deliveries, lanes).map { .object(Self.json(of: $0, lane: $1)) })
    return .object(object)
  }

  private static func json(of delivery: PlannedDelivery, lane: String?) -> JSON.Object {
    var object: JSON.Object = ["role": .string(delivery.role)]
    object["row"] = delivery.row.map(JSON.string)
    object["destination"] = .string(delivery.destination.description)
    object["place"] = lane.map(JSON.string)
    object["alert"] = .string(delivery.alert.word)
    object["state"] = .string(delivery.state.word)
    object["note"] = delivery.note.map(JSON.string)
    object["not_before"] = delivery.notBefore.map { .string($0.rfc3339) }
    if !delivery.fallback.isEmpty { object["fallback"] = .array(delivery.fallback.map { .string($0.description) }) }
    return object
  }
}

extension Explanation.Role {
  fileprivate var json: JSON.Object {
    var object: JSON.Object = ["role": .string(name)]
    object["rows"] = .array(
      tried.map { row in
        var object: JSON.Object = ["row": .int(Int64(row.row + 1))]
        object["name"] = row.name.map(JSON.string)
        object["position"] = row.position.isEmpty ? nil : .string(row.position)
        object["won"] = .bool(row.why == nil)
        object["why"] = row.why.map(JSON.string)
        return .object(object)
      })
    object["untried"] = .int(Int64(untried))
    return object
  }
}
