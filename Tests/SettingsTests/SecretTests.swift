import Settings
import Testing

/// Secrets that are not what they seem, wherever one is read; and none is shown.
@Suite struct SecretTests {
  private func found(_ yaml: String, environment: [String: String] = [:], files: [String: String] = [:]) -> [Mistake] {
    let read = { (path: String) throws(FileError) -> [UInt8] in
      if path == "b.yaml" { return Array(yaml.utf8) }
      guard let text = files[path] else { throw FileError("No such file or directory") }
      return Array(text.utf8)
    }
    do throws(Mistakes) {
      return try Configuration.load(path: "b.yaml", kinds: Lookalikes.kinds, environment: { environment[$0] }, readFile: read).warnings
    } catch { return error.all }
  }

  private func chat(_ token: String, environment: [String: String] = [:], files: [String: String] = [:]) -> [Mistake] {
    let yaml = "transports: { chat: { use: slack, token: \(token) } }\nunrouted: { chat: { channel: \"#a\" } }"
    return found(yaml, environment: environment, files: files)
  }

  /// `echo secret | base64` leaves a line end in it.
  @Test func lineEndsAreCut() throws {
    let yaml = "transports: { chat: { use: slack, token: \"${T}\" } }\nunrouted: { chat: { channel: \"#a\" } }"
    for text in ["xoxb-1\n", "xoxb-1\r\n", "xoxb-1\n\n"] {
      let read = { (_: String) throws(FileError) -> [UInt8] in Array(yaml.utf8) }
      let configuration = try Configuration.load(path: "b", kinds: Lookalikes.kinds, environment: { _ in text }, readFile: read)
      #expect(configuration.transports[0].values.secret("token")?.reveal() == "xoxb-1")
    }
  }

  static let doubtful = [
    (#""$CRM_SECRET""#, "write ${NAME}"), (#""{{ vault }}""#, "write ${NAME}"), (#""${{ secrets.X }}""#, "write ${NAME}"),
    (#""$(cat x)""#, "write ${NAME}"), (#""%{X}""#, "write ${NAME}"), (#""%X%""#, "write ${NAME}"), (#""<your token>""#, "write ${NAME}"),
    (#""file:/run/secrets/x""#, "write ${file:/path}"), (#""/run/secrets/x""#, "write ${file:/path}"), (#""env:TOKEN""#, "write ${NAME}"),
    (#""'hunter2'""#, "quotes around it"), (#"" hunter2""#, "blank at its start"), (#""hunter2 ""#, "blank at its end"),
    (#""${Q}""#, "quotes around it"), (#""${B}""#, "blank at its end"), (#""${file:/f}""#, "quotes around it"),
  ]

  @Test(arguments: doubtful.indices) func whatIsTakenAsItIs(index: Int) {
    let (token, part) = Self.doubtful[index]
    let mistakes = chat(token, environment: ["Q": "\"hunter2\"", "B": "hunter2 "], files: ["/f": "'hunter2'\n"])
    #expect(mistakes.count == 1 && mistakes[0].isWarning && "\(mistakes[0])".contains(part), "\(token): \(mistakes)")
    #expect(mistakes.first?.path == "transports.chat.token" && !"\(mistakes)".contains("hunter2"))
  }

  static let refused = [
    (#""   ""#, "the secret is blank"), (#""${E:-${F}}""#, "holds another ${"), ("yes", "the secret is the word `yes`"),
    ("!secret x", "write ${NAME}"), ("!env X", "write ${NAME}"),
  ]

  @Test(arguments: refused.indices) func whatCanBeNone(index: Int) {
    let (token, part) = Self.refused[index]
    let mistakes = chat(token)
    #expect(mistakes.count == 1 && !mistakes[0].isWarning && "\(mistakes[0])".contains(part), "\(token): \(mistakes)")
  }

  @Test(arguments: ["xoxb-hunter2", "\"pa$$word\"", "\"a b\"", "\"$1abc\"", "\"100%\"", "\"${T}\"", "\"${T}/${T}\""]) func whatIsOne(
    token: String
  ) {
    #expect(chat(token, environment: ["T": "$HOME"]) == [])
  }

  /// Who can knock from elsewhere can guess.
  @Test func doorsNeedLongSecrets() {
    func told(_ listen: String, _ rest: String) -> [String] {
      found("server: { listen: \"\(listen)\" }\ntransports: { log: { use: stdout } }\nunrouted: log\n\(rest)").map {
        "\($0.path) \($0.isWarning ? "warning" : "mistake")"
      }
    }
    let long = "0123456789abcdef"
    #expect(told("0.0.0.0:1", "senders: { a: { secret: x } }") == ["senders.a.secret mistake"])
    #expect(told("127.0.0.1:1", "senders: { a: { secret: x } }") == ["senders.a.secret warning"])
    #expect(told("0.0.0.0:1", "senders: { a: { secret: \(long) } }\nreaders: [\(long)0, y]") == ["readers[1] mistake"])
    #expect(told("0.0.0.0:1", "senders: { a: { secret: \(long) } }\nreaders: yes") == ["readers mistake"])
    #expect(told("127.0.0.1:1", "senders: { a: { secret: \(long) } }\nreaders: \(long)") == ["readers warning"], "who posts may read")
    #expect(told("0.0.0.0:1", "senders: { a: { secret: \(long) } }\nreaders: \(long)0") == [])
    #expect(told("127.0.0.1:1", "upstream: { url: \"https://h\", secret: short, take: { a: log } }") == ["upstream.secret mistake"])
  }

  /// An address that is shown cannot hold a password.
  @Test func addressesHoldNone() {
    let long = "0123456789abcdef"
    for yaml in [
      "upstream: { url: \"https://u:hunter2@h\", secret: \(long), take: { a: log } }", "server: { public_url: \"https://u:hunter2@h\" }",
    ] {
      let mistakes = found("transports: { log: { use: stdout } }\nunrouted: log\n\(yaml)")
      #expect(mistakes.count == 1 && mistakes[0].problem.contains("a password, and addresses are shown"), "\(mistakes)")
      #expect(!"\(mistakes)".contains("hunter2"))
    }
    #expect(chat("\"${T}\"", environment: ["T": "x"]) == [])
  }
}
