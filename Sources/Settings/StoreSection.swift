/// Reads `store`.
enum StoreSection {
  static let keys = ["path", "keep", "idempotency", "max"]
  /// Below a MiB a store holds not even its own tables.
  static let smallest = 1 << 20

  static func read(_ reader: Reader?) -> StoreSettings {
    var settings = StoreSettings()
    guard let keys = reader?.keys(keys, of: "store") else { return settings }
    let longest = Duration.seconds(3_650 * 86_400)
    if let reader = keys["path"], let path = reader.string("the path of a folder") {
      if path.hasPrefix("~") {
        reader.mistake("`~` is a folder of that name here", hint: "write the whole path, such as /var/lib/bellhop")
      } else {
        settings.path = path
      }
    }
    if let keep = keys["keep"]?.duration(.seconds(60)...longest) { settings.keep = keep }
    if let idempotency = keys["idempotency"]?.duration(.seconds(60)...longest) { settings.idempotency = idempotency }
    if let max = keys["max"]?.size(smallest...(1 << 50)) { settings.max = max }
    return settings
  }
}
