/// Shortcodes as chat people type them, and their Unicode, for vendors that do not know the codes.
/// The names are those of https://github.com/github/gemoji (MIT) and of Slack, where both agree.
public enum Emoji {
  /// The character of a shortcode without colons; nil for unknown and for a workspace's own (`bellhop_bell`).
  public static func unicode(for code: String) -> String? { table[code] }

  /// Whether it is a shortcode, known or a workspace's own: small letters, digits and `_+-'`.
  public static func isCode(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "_+-'".utf8.contains($0) }
  }

  static let table: [String: String] = [
    "+1": "👍", "-1": "👎", "thumbsup": "👍", "thumbsdown": "👎", "100": "💯", "alarm_clock": "⏰", "alien": "👽", "ambulance": "🚑",
    "angry": "😠", "arrow_down": "⬇️", "arrow_left": "⬅️", "arrow_right": "➡️", "arrow_up": "⬆️", "art": "🎨", "bank": "🏦",
    "bar_chart": "📊", "beers": "🍻", "bell": "🔔", "bellhop_bell": "🛎️", "beetle": "🐞", "blue_heart": "💙", "bomb": "💣", "book": "📖",
    "bookmark": "🔖", "boom": "💥", "broken_heart": "💔", "bug": "🐛", "building_construction": "🏗️", "bulb": "💡", "bust_in_silhouette": "👤",
    "busts_in_silhouette": "👥", "cake": "🍰", "calendar": "📆", "camera": "📷", "chart_with_downwards_trend": "📉",
    "chart_with_upwards_trend": "📈", "champagne": "🍾", "clap": "👏", "clipboard": "📋", "clock1": "🕐", "closed_lock_with_key": "🔐",
    "cloud": "☁️", "coffee": "☕", "computer": "💻", "confetti_ball": "🎊", "construction": "🚧", "cop": "👮", "credit_card": "💳", "cry": "😢",
    "dart": "🎯", "date": "📅", "dizzy": "💫", "dollar": "💵", "earth_africa": "🌍", "email": "📧", "envelope": "✉️", "euro": "💶",
    "exclamation": "❗", "eyes": "👀", "fire": "🔥", "fire_engine": "🚒", "flags": "🎏", "floppy_disk": "💾", "gear": "⚙️", "gem": "💎",
    "ghost": "👻", "gift": "🎁", "globe_with_meridians": "🌐", "green_heart": "💚", "grin": "😁", "grinning": "😀", "hammer": "🔨",
    "hammer_and_wrench": "🛠️", "handshake": "🤝", "heart": "❤️", "heavy_check_mark": "✔️", "heavy_dollar_sign": "💲",
    "heavy_exclamation_mark": "❗", "heavy_plus_sign": "➕", "heavy_minus_sign": "➖", "hourglass": "⌛", "house": "🏠", "hugs": "🤗",
    "inbox_tray": "📥", "information_source": "ℹ️", "joy": "😂", "key": "🔑", "label": "🏷️", "large_blue_circle": "🔵", "large_green_circle": "🟢",
    "large_orange_circle": "🟠", "large_yellow_circle": "🟡", "link": "🔗", "lock": "🔒", "loudspeaker": "📢", "mag": "🔍", "mailbox": "📫",
    "mega": "📣", "memo": "📝", "money_with_wings": "💸", "moneybag": "💰", "muscle": "💪", "mute": "🔇", "new": "🆕", "newspaper": "📰",
    "no_bell": "🔕", "no_entry": "⛔", "no_entry_sign": "🚫", "octagonal_sign": "🛑", "ok": "🆗", "ok_hand": "👌", "outbox_tray": "📤",
    "package": "📦", "partying_face": "🥳", "pencil": "📝", "pencil2": "✏️", "phone": "☎️", "point_right": "👉", "pray": "🙏", "pushpin": "📌",
    "question": "❓", "rabbit": "🐰", "rainbow": "🌈", "raised_hands": "🙌", "recycle": "♻️", "red_circle": "🔴", "robot": "🤖", "robot_face": "🤖",
    "rocket": "🚀", "rotating_light": "🚨", "satellite": "🛰️", "scream": "😱", "seedling": "🌱", "shield": "🛡️", "shopping_cart": "🛒",
    "shrug": "🤷", "skull": "💀", "sleeping": "😴", "slightly_smiling_face": "🙂", "smile": "😄", "smiley": "😃", "snail": "🐌", "sob": "😭",
    "sparkles": "✨", "speech_balloon": "💬", "star": "⭐", "star2": "🌟", "stopwatch": "⏱️", "sunglasses": "😎", "sunny": "☀️",
    "sweat_smile": "😅",
    "tada": "🎉", "telephone_receiver": "📞", "thinking": "🤔", "ticket": "🎫", "timer_clock": "⏲️", "tools": "🛠️",
    "triangular_flag_on_post": "🚩",
    "trophy": "🏆", "truck": "🚚", "turtle": "🐢", "umbrella": "☔", "unlock": "🔓", "v": "✌️", "warning": "⚠️", "wastebasket": "🗑️", "wave": "👋",
    "white_check_mark": "✅", "white_circle": "⚪", "wink": "😉", "wrench": "🔧", "x": "❌", "yellow_heart": "💛", "zap": "⚡", "zzz": "💤",
  ]
}
