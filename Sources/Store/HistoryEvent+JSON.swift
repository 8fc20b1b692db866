import Bellhop

extension HistoryEvent {
  /// As JSON, in the shape of search answers: without deliveries, and without what is nil. Times are RFC 3339.
  public var json: JSON.Object {
    var object: JSON.Object = ["sequence": .int(sequence), "received": .string(received.rfc3339), "sender": .string(event.sender)]
    object.members += event.json.members
    object["fate"] = .string(fate.word)
    object["note"] = note.map(JSON.string)
    return object
  }
}
