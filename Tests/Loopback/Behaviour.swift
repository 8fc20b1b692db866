/// What the server does with one request.
public indirect enum Behaviour: Sendable {
  /// A whole answer. `Content-Length` is added; the connection stays open.
  case answer(Int, headers: KeyValuePairs<String, String> = [:], body: String = "")
  /// A whole answer, and then the connection is closed without a word about it: the client meets a dead connection.
  case answerAndClose(Int, headers: KeyValuePairs<String, String> = [:], body: String = "")
  /// Never a byte, until the client goes away or the server stops.
  case hang
  /// Half of what `Content-Length` promises, then the end.
  case dropMidAnswer
  /// The request is read; the connection ends without an answer.
  case dropAtOnce
  /// A 200 with this many bytes of body.
  case tooLong(Int)
  /// A 200 whose headers never end.
  case endlessHeaders
  /// A 200 of this body, a byte at a time with this pause between them.
  case trickle(String, every: Duration)
  /// Bytes that are not HTTP.
  case garbage
  /// Exactly these bytes; the connection stays open.
  case raw(String)
  /// This, but not before ``LoopbackServer/release()`` was called.
  case held(Behaviour)
  /// This, after a pause.
  case after(Duration, Behaviour)

  /// 200, empty.
  public static var ok: Behaviour { .answer(200) }

  /// A 429 that names the seconds.
  public static func throttled(seconds: Int) -> Behaviour {
    .answer(429, headers: ["Retry-After": String(seconds)], body: "slow down")
  }

  /// A 429 that names a date, such as `Wed, 21 Oct 2065 07:28:00 GMT`.
  public static func throttled(until date: String) -> Behaviour {
    .answer(429, headers: ["Retry-After": date], body: "slow down")
  }

  /// A redirect with this status.
  public static func redirect(_ status: Int = 302, to location: String) -> Behaviour {
    .answer(status, headers: ["Location": location])
  }
}
