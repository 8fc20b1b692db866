import Bellhop

extension JSON {
  /// As much of a value as there is room for, and whether that is all of it.
  func bounded(within budget: inout ByteBudget) -> (value: JSON, isWhole: Bool) {
    switch self {
    case .null, .bool, .int, .double, .literal:
      return budget.spend(8) ? (self, true) : (.null, false)
    case .string(let text):
      if budget.spend(text.utf8.count + 2) { return (self, true) }
      let start = text.prefix(bytes: budget.left)
      _ = budget.spend(budget.left)
      return (.string(start + "…"), false)
    case .array(let elements):
      var kept: [JSON] = []
      for element in elements {
        guard budget.spend(1), budget.left > 0 else { return (.array(kept), false) }
        let (value, isWhole) = element.bounded(within: &budget)
        kept.append(value)
        if !isWhole { return (.array(kept), false) }
      }
      return (.array(kept), true)
    case .object(let object):
      var kept = JSON.Object()
      for member in object.members {
        guard budget.spend(member.key.utf8.count + 4), budget.left > 0 else { return (.object(kept), false) }
        let (value, isWhole) = member.value.bounded(within: &budget)
        kept.members.append(.init(member.key, value))
        if !isWhole { return (.object(kept), false) }
      }
      return (.object(kept), true)
    }
  }
}
