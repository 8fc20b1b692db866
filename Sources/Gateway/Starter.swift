import CExample

extension Gateway {
  /// A configuration to start from: `config.example.yaml` as this binary was built with.
  public static var example: String {
    var size = 0
    let text = bh_example(&size)
    return String(decoding: UnsafeBufferPointer(start: text, count: size), as: UTF8.self)
  }
}
