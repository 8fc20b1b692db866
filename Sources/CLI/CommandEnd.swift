/// Why a command ends otherwise than done.
struct CommandEnd: Error, Hashable {
  /// 1 found wanting, 2 called wrongly, 75 try again later (`EX_TEMPFAIL` of sysexits(3)).
  var code: Int32
  /// What is wrong, where, and what to do; empty where all has been said.
  var text: String

  static func wanting(_ text: String = "") -> CommandEnd { CommandEnd(code: 1, text: text) }
  static func misuse(_ text: String) -> CommandEnd { CommandEnd(code: 2, text: text) }
  static func later(_ text: String) -> CommandEnd { CommandEnd(code: 75, text: text) }
}
