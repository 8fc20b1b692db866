import Bellhop
import Curl
import Templates

/// The kind `mqtt`: a message for a topic of a broker.
public enum MQTTKind {
  /// The kind as the gateway registers it.
  public static func kind(_ engine: Engine) -> Kind {
    Kind(
      name: "mqtt", doc: "A message for a topic of an MQTT broker: JSON or a template of yours.",
      notes: [
        "MQTT 3.1.1 with quality of service 0: delivered is what went out after the broker had let us in; who listens is the broker's matter."
      ],
      settings: settings, target: target, check: check, checkTarget: checkTarget
    ) { MQTTTransport(engine: engine, $0) }
  }

  private static let settings: [Field] = [
    Field(
      "url", .string, required: true, doc: "The broker, at port 1883 unless it says another.", example: "\"mqtt://broker.example.com\""),
    Field("user", .string, doc: "The login, where the broker wants one.", example: "bellhop"),
    Field("password", .secret, doc: "Its password. It goes over the network as it is.", example: "\"${MQTT_PASSWORD}\""),
    Field(
      "body", .template, doc: "The message as Mustache over the documented JSON; values are escaped for `content_type`.",
      example: "'{ \"note\": \"{{text}}\" }'"),
    Field(
      "content_type", .string, value: .string("application/json"), doc: "What `body` is: with text/plain, values stand in it as they are.",
      example: "text/plain"),
  ]

  private static let target: [Field] = [
    Field("topic", .string, required: true, doc: "Where it goes, without wildcards.", example: "ops/alerts", templated: true)
  ]

  private static func check(_ values: Values) -> [SettingMistake] {
    var problems = MessageBody.problems(of: values)
    if !Publication.isBroker(values.string("url") ?? "") {
      problems.append(
        SettingMistake(
          at: ["url"], "is no broker", hint: "write mqtt://broker.example.com:1883; there is no mqtts://, and user and topic have keys"))
    }
    if values.has("password"), !values.has("user") {
      problems.append(SettingMistake(at: ["password"], "needs a user beside it", hint: "write user"))
    }
    return problems
  }

  private static func checkTarget(_ target: Target, _ values: Values) -> [SettingMistake] {
    guard let topic = target["topic"]?.plain, !topic.contains("{{"), let mistake = Publication.mistake(inTopic: topic) else { return [] }
    return [SettingMistake(at: ["topic"], mistake, hint: "write levels with slashes between them, like ops/alerts")]
  }
}
