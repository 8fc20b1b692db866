/// What a text message to a phone is made of.
enum ShortMessage {
  /// `gsm` where all of a text stands in the alphabet of phones, of which a part holds 153 signs; else `unicode`, of which it holds 67.
  /// https://www.etsi.org/deliver/etsi_gts/03/0338/05.00.00_60/gsmts_0338v050000p.pdf
  static func alphabet(of text: String) -> String { text.unicodeScalars.allSatisfy(gsm.contains) ? "gsm" : "unicode" }

  /// The default alphabet and its extension.
  private static let gsm = Set(
    ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
      + "\u{0C}^{}\\[~]|€").unicodeScalars)
}
