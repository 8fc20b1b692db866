import Bellhop

/// One message for one topic, and the broker that takes it. MQTT 3.1.1, quality of service 0, as libcurl speaks it.
/// https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html
public struct Publication: Sendable {
  /// `mqtt://host`, with a port where it is not 1883. Nothing behind it.
  public var broker: String
  /// Nil for brokers that ask nobody.
  public var user: String?
  /// Goes over the wire as it is: libcurl has no MQTT over TLS.
  public var password: Secret?
  /// Where to: levels with slashes between them, and no wildcards.
  public var topic: String
  /// The message.
  public var body: [UInt8]
  /// In all, from the moment that it is given to curl.
  public var timeout: Duration

  /// Bytes of topic and body together. libcurl sends them with one call and believes that all of it went out, so it has to fit into what
  /// the system takes at once.
  public static let maximum = 128 << 10

  /// Nothing is checked here: what cannot be sent is refused.
  public init(
    broker: String, user: String? = nil, password: Secret? = nil, topic: String, body: [UInt8], timeout: Duration = .seconds(15)
  ) {
    self.broker = broker
    self.user = user
    self.password = password
    self.topic = topic
    self.body = body
    self.timeout = timeout
  }

  /// Whether that is an address of a broker.
  public static func isBroker(_ url: String) -> Bool { Origin.broker(url) != nil }

  /// What is wrong with a topic to publish to; nil for nothing. https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html#_Toc398718106
  public static func mistake(inTopic topic: String) -> String? {
    if topic.isEmpty { return "is empty" }
    if topic.contains("#") || topic.contains("+") { return "holds a wildcard, # or +, which is for those who listen" }
    if topic.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) }) { return "holds a control character" }
    return topic.utf8.count > 0xFFFF ? "is longer than 65535 bytes" : nil
  }

  /// What goes out for it: a fixed header, the topic with its length, the body.
  var size: Int {
    let rest = 2 + topic.utf8.count + body.count
    return 1 + (rest < 1 << 7 ? 1 : rest < 1 << 14 ? 2 : 3) + rest
  }

  /// The topic as a path, everything percent-encoded that could mean something there: libcurl takes segments of dots away.
  var path: String { topic.percentEncoded().replacing(".", with: "%2E") }
}
