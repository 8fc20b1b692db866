// Tokens that are known by their form: a vendor's prefix, three parts of base64, a key between two lines.
// The prefixes are those that vendors tell of in their manuals, such as
// https://docs.github.com/authentication/keeping-your-account-and-data-secure/about-authentication-to-github#githubs-token-formats
// https://docs.gitlab.com/security/tokens/#token-prefixes, https://docs.slack.dev/authentication/tokens, https://docs.stripe.com/keys
extension TextScan {
  private struct Form: Sendable {
    let prefix: [UInt8]
    /// Bytes behind the prefix, at least.
    let least: Int
    /// All that may follow: letters and digits only, without `_ - .`.
    var isPlain = false
    /// The prefix could begin a name of other things: what follows has a digit, or it is none.
    var needsDigit = false
    /// Sixteen capitals and digits follow, as behind `AKIA`.
    var isUpper = false

    init(_ prefix: String, _ least: Int, isPlain: Bool = false, needsDigit: Bool = false, isUpper: Bool = false) {
      self.prefix = Array(prefix.utf8)
      self.least = least
      self.isPlain = isPlain
      self.needsDigit = needsDigit
      self.isUpper = isUpper
    }
  }

  private static let forms: [[Form]] = {
    var byFirst = [[Form]](repeating: [], count: 256)
    let all: [Form] =
      ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"].map { Form($0, 16, isPlain: true) }
      + [
        "github_pat_", "glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glsoat-", "glagent-", "gloas-", "xoxb-", "xoxp-", "xoxa-",
        "xoxr-",
        "xoxs-", "xoxe-", "xoxe.", "xoxc-", "xoxd-", "xapp-", "sk_live_", "sk_test_", "rk_live_", "rk_test_", "sk_prod_", "whsec_",
        "shpat_",
        "shpca_", "shppa_", "shpss_", "dop_v1_", "doo_v1_", "dor_v1_", "npm_", "pypi-AgE", "rubygems_", "dckr_pat_", "dckr_oat_", "sk-ant-",
        "sk-proj-",
        "sk-svcacct-", "sk-or-", "gsk_", "r8_", "hf_", "ATATT3", "ATCTT3", "ATBB", "lin_api_", "lin_oauth_", "figd_", "glsa_", "glc_",
        "NRAK-", "NRJS-",
        "NRII-", "sntrys_", "sntryu_", "hvs.", "hvb.", "hvr.", "xkeysib-", "xsmtpsib-", "sq0atp-", "sq0csp-", "rzp_live_", "rzp_test_",
        "PMAK-", "tskey-",
        "fo1_", "nfp_", "pscale_tkn_", "pscale_pw_", "pscale_oauth_", "sbp_", "sb_secret_", "dp.pt.", "dp.st.", "ntn_",
        "GOCSPX-", "ya29.",
        "pat-na1-", "pat-eu1-", "EAAC", "AGE-SECRET-KEY-1", "phx_", "tfp_", "doppler_", "cio_", "pnu_", "rdme_", "sgp_",
        "shippo_live_",
        "SG.", "BBDC-", "EZAK", "EZTK", "FLWSECK-", "FLWSECK_TEST-", "waka_",
        "CFPAT-", "AIzaSy", "duffel_live_", "frameio-u-",
      ].map { Form($0, 16) }
      + ["AKIA", "ASIA", "ABIA", "ACCA"].map { Form($0, 16, isPlain: true, isUpper: true) }
      + [
        Form("AIza", 30), Form("EAA", 80), Form("SK", 32, isPlain: true), Form("sk-", 20, isPlain: true), Form("re_", 20, needsDigit: true),
        Form("dapi", 32, isPlain: true), Form("key-", 16, needsDigit: true), Form("secret_", 16, needsDigit: true),
      ]
    for form in all { if let first = form.prefix.first { byFirst[Int(first)].append(form) } }
    return byFirst
  }()

  /// A token that begins in this word: at its beginning, or behind a mark inside it.
  mutating func token(in word: Range<Int>) -> Range<Int>? {
    guard word.count >= 12 else { return nil }
    var start = word.lowerBound
    while word.upperBound - start >= 12 {
      if isSpent { return start..<word.upperBound }
      let first = bytes[start]
      if first == UInt8(ascii: "e"), let end = jsonWebToken(start, word.upperBound) { return start..<end }
      for form in Self.forms[Int(first)] { if let end = matches(form, start, word.upperBound) { return start..<end } }
      if start == word.lowerBound, let end = discordToken(start, word.upperBound) { return start..<end }
      // On to the next part.
      var next = start
      while next < word.upperBound, Self.isAlphanumeric(bytes[next]) { next += 1 }
      spend(next - start)
      start = next + 1
    }
    return nil
  }

  private mutating func matches(_ form: Form, _ start: Int, _ wordEnd: Int) -> Int? {
    let begin = start + form.prefix.count
    guard wordEnd - begin >= form.least else { return nil }
    for index in form.prefix.indices where bytes[start + index] != form.prefix[index] { return nil }
    var end = begin
    var hasDigit = false
    // What is drawn by lot shows it soon.
    while end < min(wordEnd, begin + 128), !form.isPlain || Self.isAlphanumeric(bytes[end]) {
      hasDigit = hasDigit || Self.isDigit(bytes[end])
      end += 1
    }
    spend(end - begin)
    guard hasDigit || !form.needsDigit else { return nil }
    if !form.isPlain { end = wordEnd }
    while end < wordEnd, Self.isAlphanumeric(bytes[end]) { end += 1 }
    while end > begin, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
    guard end - begin >= form.least else { return nil }
    if form.isPlain, end < wordEnd, bytes[end] != UInt8(ascii: ".") { return nil }
    if form.isUpper { return end - begin == 16 && bytes[begin..<end].allSatisfy { $0 &- 65 < 26 || Self.isDigit($0) } ? end : nil }
    // `SKeletonKey…` is none.
    if form.prefix.count == 2 { return end - begin == 32 && bytes[begin..<end].allSatisfy(Self.isHex) ? end : nil }
    return longestRun(begin..<min(end, begin + 128)) >= (hasDigit ? 10 : 20) ? end : nil
  }

  private static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || byte &- 97 < 6 }

  /// Names have short words between their marks, as in `key-value-store-2024-migration`; what is drawn by lot has long runs.
  private func longestRun(_ range: Range<Int>) -> Int {
    var run = 0
    var longest = 0
    for byte in bytes[range] {
      run = Self.isAlphanumeric(byte) ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }

  /// Parts of base64 between full stops, the first one an object: RFC 7519, and RFC 7516 with five parts.
  private func jsonWebToken(_ start: Int, _ wordEnd: Int) -> Int? {
    guard wordEnd - start >= 20, bytes[start + 1] == UInt8(ascii: "y"), bytes[start + 2] == UInt8(ascii: "J") else { return nil }
    guard let dot = bytes[start..<wordEnd].firstIndex(of: UInt8(ascii: ".")), dot - start >= 10, dot + 5 < wordEnd else { return nil }
    var end = wordEnd
    while bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
    return end
  }

  /// The number of a bot of Discord's in base64, a time and a signature. https://docs.discord.com/developers/reference#authentication
  private func discordToken(_ start: Int, _ wordEnd: Int) -> Int? {
    guard 58...90 ~= wordEnd - start, 77...79 ~= bytes[start] else { return nil }
    let parts = bytes[start..<wordEnd].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3, 23...28 ~= parts[0].count, 6...7 ~= parts[1].count, parts[2].count >= 27 else { return nil }
    return wordEnd
  }

  /// From `-----BEGIN … PRIVATE KEY-----` to the end of the line that closes it, or all the rest. Certificates and public keys stay.
  /// https://www.rfc-editor.org/rfc/rfc7468#section-10
  mutating func privateKey(_ start: Int) {
    var index = at
    var isPrivate = false
    while index < bytes.count, index - start < 64, bytes[index] != UInt8(ascii: "-") {
      isPrivate = isPrivate || spells("private key", at: index) || spells("secret key", at: index)
      index += 1
    }
    guard isPrivate else { return }
    index += 5
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "-"), spells("-----end", at: index) {
        index += 8
        while index < bytes.count, bytes[index] != UInt8(ascii: "-"), !Self.isLineEnd(bytes[index]) { index += 1 }
        while index < bytes.count, bytes[index] == UInt8(ascii: "-") { index += 1 }
        break
      }
      index += 1
    }
    hide(start..<min(index, bytes.count))
  }
}
