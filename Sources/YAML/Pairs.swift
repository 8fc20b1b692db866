/// The pairs of one mapping while it is made: finds keys that stand twice and resolves merge keys. https://yaml.org/type/merge.html
struct Pairs {
  private var pairs: [YAMLNode.YAMLPair] = []

  mutating func add(key: YAMLNode, value: YAMLNode) { pairs.append(YAMLNode.YAMLPair(key: key, value: value)) }

  /// Keys of the mapping itself win over merged ones, earlier merged ones over later ones.
  func merged(into flaws: inout [Flaw]) -> [YAMLNode.YAMLPair] {
    var seen: [YAMLNode.Content: Position] = [:]
    var kept: [YAMLNode.YAMLPair] = []
    var places: [YAMLNode.Content: Int] = [:]
    for pair in pairs {
      let identity = Self.identity(of: pair.key)
      if case .flawed = pair.key.content { continue }
      if let first = seen[identity] {
        let name = pair.key.scalar.map { " \"\($0.text)\"" } ?? ""
        flaws.append(Flaw(at: pair.key.mark, "the key\(name) stands twice; the first is on line \(first.line)", hint: "remove one"))
        // What stands under the second is looked at too, so that its mistakes are told in the same round.
        if let place = places[identity] { kept[place].value = Self.joined(kept[place].value, pair.value) }
      } else {
        seen[identity] = pair.key.mark
        places[identity] = kept.count
        kept.append(pair)
      }
    }
    guard kept.contains(where: { Self.isMerge($0.key) }) else { return kept }
    var entries: [YAMLNode.YAMLPair] = []
    for pair in kept {
      guard Self.isMerge(pair.key) else {
        entries.append(pair)
        continue
      }
      for source in sources(of: pair, into: &flaws) {
        for entry in source where seen.updateValue(entry.key.mark, forKey: Self.identity(of: entry.key)) == nil { entries.append(entry) }
      }
    }
    return entries
  }

  private func sources(of pair: YAMLNode.YAMLPair, into flaws: inout [Flaw]) -> [[YAMLNode.YAMLPair]] {
    let nodes = pair.value.sequence ?? [pair.value]
    return nodes.compactMap { node in
      if case .flawed = node.content { return nil }
      if let mapping = node.mapping { return mapping }
      flaws.append(Flaw(at: node.mark, "<< merges mappings, and this is none", hint: "name an alias of a mapping, or a list of them"))
      return nil
    }
  }

  private static func joined(_ first: YAMLNode, _ second: YAMLNode) -> YAMLNode {
    if let entries = first.mapping, let more = second.mapping {
      let known = Set(entries.map { identity(of: $0.key) })
      return YAMLNode(at: first.mark, .mapping(entries + more.filter { !known.contains(identity(of: $0.key)) }))
    }
    if let nodes = first.sequence, let more = second.sequence { return YAMLNode(at: first.mark, .sequence(nodes + more)) }
    return first
  }

  private static func isMerge(_ key: YAMLNode) -> Bool { key.scalar == Scalar("<<", isPlain: true) }

  /// Keys are told apart by their text, quoted or not; lists and mappings by what they hold and where they stand.
  private static func identity(of key: YAMLNode) -> YAMLNode.Content {
    guard let scalar = key.scalar else { return key.content }
    return .scalar(Scalar(scalar.text, isPlain: scalar.text == "<<" && scalar.isPlain))
  }
}
