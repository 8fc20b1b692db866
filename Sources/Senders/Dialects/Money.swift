import Bellhop

/// An amount of money as payment services write it: whole numbers of the smallest unit that they know of a currency.
struct Money {
  /// The króna of Iceland and the shilling of Uganda have no smaller unit, and yet are sent as if they had one.
  /// https://docs.stripe.com/currencies#minor-units https://developer.paddle.com/concepts/sell/supported-currencies
  private static let withoutDigits: Set<String> = [
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF",
  ]
  private static let withThree: Set<String> = ["BHD", "JOD", "KWD", "OMR", "TND"]

  /// In the smallest unit.
  let minor: Int64
  /// Three capitals: `EUR`.
  let currency: String
  /// How many of its figures stand behind the point.
  private let digits: Int

  /// Nil where there is no whole number, or no currency.
  init?(_ amount: JSON?, _ currency: String?) {
    guard let amount, let currency, (3...5).contains(currency.utf8.count) else { return nil }
    guard let minor = amount.int ?? amount.string.flatMap({ Int64($0) }) else { return nil }
    self.minor = minor
    self.currency = currency.uppercased()
    digits = Self.withoutDigits.contains(self.currency) ? 0 : Self.withThree.contains(self.currency) ? 3 : 2
  }

  /// For people: `1234.50 EUR`.
  var text: String { "\(decimal) \(currency)" }

  /// For rows, which compare numbers: 1234.5.
  var number: JSON { digits == 0 ? .int(minor) : Double(decimal).map(JSON.double) ?? .int(minor) }

  private var decimal: String {
    guard digits > 0 else { return String(minor) }
    var figures = String(minor.magnitude)
    if figures.count <= digits { figures = String(repeating: "0", count: digits + 1 - figures.count) + figures }
    return (minor < 0 ? "-" : "") + figures.dropLast(digits) + "." + figures.suffix(digits)
  }
}
