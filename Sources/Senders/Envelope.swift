/// What came around a body: the headers that say how to read it.
public struct Envelope: Sendable, Hashable {
  /// `Content-Type`, with its parameters. Absent is read as JSON.
  public var contentType: String?
  /// `Idempotency-Key`: stands in for the id of an event that has none.
  /// https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
  public var idempotencyKey: String?
  /// The `ce-` headers, names in lower case without the prefix, values as they came: CloudEvents in binary mode.
  /// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode
  public var cloudEvent: [Attribute]

  /// A `ce-` header.
  public struct Attribute: Sendable, Hashable {
    /// Without `ce-`, in lower case.
    public var name: String
    /// As it came, percent-encoded.
    public var value: String

    /// A header of that name and value.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// An envelope; by default one that says nothing.
  public init(contentType: String? = nil, idempotencyKey: String? = nil, cloudEvent: [Attribute] = []) {
    self.contentType = contentType
    self.idempotencyKey = idempotencyKey
    self.cloudEvent = cloudEvent
  }
}
