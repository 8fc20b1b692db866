/// Channels and transports that nothing goes to: mostly a forgotten row.
enum Unused {
  static func tell(_ context: Context) {
    for (name, mark) in context.channels where !context.used.contains(name) {
      context.tell(
        mark, Reader.join("channels", name), "nothing goes to this channel", hint: "name it in a row, or remove it", isWarning: true)
    }
    for (name, outline) in context.transports where !context.used.contains(name) {
      context.tell(
        outline.mark, Reader.join("transports", name), "nothing goes through this transport",
        hint: "name it in a channel or a row, or remove it", isWarning: true)
    }
  }
}
