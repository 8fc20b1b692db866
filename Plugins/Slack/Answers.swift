import Bellhop
import Curl

/// What Slack's answers mean. `chat.postMessage` says 200 to everything and `"ok": false` with a word; webhooks say a status and a bare word.
/// A 200 without either may have posted: it is unclear.
/// https://docs.slack.dev/reference/methods/chat.postMessage#errors
/// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors
enum Answers {
  /// An answer to `chat.postMessage`.
  static func method(_ answer: Answer, channel: String) -> Outcome {
    guard case .response(let response) = answer else { return answer.outcome() }
    let json = try? JSON(parsing: Text.withoutMark(response.body))
    if (200..<300).contains(response.status), json?["ok"]?.bool == true {
      let id = json?["ts"]?.string.flatMap(stamp)
      let place = json?["channel"]?.string.flatMap(place)
      let anchor = place.flatMap { place in id.map { "\(place)/\($0)" } }
      return .delivered(Receipt(id: id, anchor: anchor, note: [channel, id].compactMap { $0 }.joined(separator: " ")))
    }
    if json?["ok"]?.bool == false, let json {
      return outcome(of: json["error"]?.string ?? "", response, needed: json["needed"]?.string)
    }
    return bare(answer, response)
  }

  /// An answer to an app's webhook.
  static func hook(_ answer: Answer) -> Outcome {
    guard case .response(let response) = answer else { return answer.outcome() }
    let text = word(String(decoding: Text.withoutMark(response.body).prefix(256), as: UTF8.self))
    if (200..<300).contains(response.status), text == "ok" { return .delivered(Receipt(note: "ok")) }
    if let text, table[text] != nil { return outcome(of: text, response) }
    if let json = try? JSON(parsing: Text.withoutMark(response.body)), let ok = json["ok"]?.bool {
      return ok && response.status < 300 ? .delivered(Receipt(note: "ok")) : outcome(of: json["error"]?.string ?? "", response)
    }
    return bare(answer, response)
  }

  /// An answer without a word of Slack's in it.
  private static func bare(_ answer: Answer, _ response: Response) -> Outcome {
    guard (200..<300).contains(response.status) else { return answer.outcome() }
    return .unclear(
      Fault(.unintelligible, "the answer \(response.status) is not Slack's: is there a proxy in between, or is the address wrong?"))
  }

  private static func outcome(of raw: String, _ response: Response, needed: String? = nil) -> Outcome {
    guard let word = word(raw) else { return .refused(Fault(.rejected, "Slack refused it without saying why")) }
    guard let (end, kind, advice) = table[word] else { return .refused(Fault(.rejected, "Slack said \(word)")) }
    let scope = needed.flatMap(Self.scope).map { " (needed: \($0))" } ?? ""
    let fault = Fault(kind, "Slack said \(word)\(scope): \(advice)")
    return end == .never ? .refused(fault) : .postponed(fault, retryAfter: response.retryAfter)
  }

  /// Slack's words are lower case; anything else is not repeated, for it may hold what must not be shown.
  private static func word(_ text: String) -> String? {
    var trimmed = text.drop(while: \.isWhitespace)
    while trimmed.last?.isWhitespace == true { trimmed.removeLast() }
    let fits = !trimmed.isEmpty && trimmed.utf8.count <= 64
    return fits && trimmed.utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == 0x5F || (0x30...0x39).contains($0) })
      ? String(trimmed) : nil
  }

  /// `chat:write,chat:write.customize`
  private static func scope(_ text: String) -> String? {
    text.utf8.count <= 100 && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || ":.,_".utf8.contains($0) } ? text : nil
  }

  /// `C024BE91L`
  private static func place(_ text: String) -> String? {
    text.utf8.count <= 32 && !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) } ? text : nil
  }

  /// `1503435956.000247`
  private static func stamp(_ text: String) -> String? {
    text.utf8.count <= 32 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E } ? text : nil
  }

  enum WordEnd { case never, later }

  /// Every word that Slack documents for posting, of both ways in, and for changing.
  static let table: [String: (WordEnd, Fault.Kind, advice: String)] = {
    var table: [String: (WordEnd, Fault.Kind, advice: String)] = [:]
    func put(_ end: WordEnd, _ kind: Fault.Kind, _ advice: String, _ words: String...) {
      for word in words { table[word] = (end, kind, advice) }
    }

    put(.later, .throttled, "it asks to slow down", "ratelimited", "rate_limited", "message_limit_exceeded")
    put(
      .later, .unavailable, "it is in trouble", "internal_error", "fatal_error", "service_unavailable", "request_timeout", "rollup_error")
    put(.later, .unavailable, "the workspace is being moved", "team_added_to_org", "org_login_required")

    put(.never, .unknownTarget, "check the channel's name, and invite the app where it is private", "channel_not_found")
    put(.never, .unknownTarget, "invite the app to the channel, or give it the scope chat:write.public", "not_in_channel")
    put(.never, .unknownTarget, "the channel is archived: choose another", "is_archived", "channel_is_archived")
    put(.never, .unknownTarget, "check the user's id", "user_not_found")
    put(.never, .unknownTarget, "with an organisation's token write the channel's id, not its name", "team_not_found")
    put(.never, .unknownTarget, "switch the app's messages tab on", "messages_tab_disabled")

    put(.never, .unauthorized, "check the token", "not_authed", "invalid_auth", "token_expired", "token_revoked", "account_inactive")
    put(.never, .unauthorized, "give the app the scope and install it again", "missing_scope")
    put(.never, .unauthorized, "use a bot token (xoxb-)", "not_allowed_token_type")
    put(
      .never, .unauthorized, "ask the workspace's admins", "no_permission", "access_denied", "accesslimited", "ekm_access_denied",
      "enterprise_is_restricted", "team_access_not_granted", "two_factor_setup_required", "restricted_action", "app_access_restricted",
      "restricted_action_read_only_channel", "action_prohibited", "posting_to_general_channel_denied")
    put(
      .never, .unauthorized, "the webhook is gone or its address is wrong: make a new one in the app's settings", "no_service",
      "no_service_id", "no_active_hooks", "invalid_token", "no_team", "team_disabled")

    put(
      .never, .rejected, "the earlier message cannot be changed any more", "message_not_found", "cant_update_message", "edit_window_closed",
      "update_failed", "is_inactive", "external_channel_migrating")
    put(
      .never, .rejected, "the thread takes no replies, or the channel only replies: check thread_by", "cannot_reply_to_message",
      "restricted_action_thread_locked", "restricted_action_thread_only_channel", "restricted_action_non_threadable_channel")
    put(
      .never, .rejected, "the message is too long", "msg_too_long", "msg_blocks_too_long", "attachment_payload_limit_exceeded",
      "too_many_attachments", "too_many_contact_cards", "metadata_too_large")
    put(
      .never, .rejected, "the request was not as Slack wants it; please report this", "no_text", "missing_text_or_fallback_or_attachments",
      "invalid_payload", "invalid_blocks", "invalid_blocks_format", "invalid_attachments", "invalid_arguments", "invalid_arg_name",
      "invalid_array_arg", "invalid_charset", "invalid_form_data", "invalid_post_type", "missing_post_type", "invalid_json",
      "json_not_object", "invalid_metadata_format", "invalid_metadata_schema", "metadata_must_be_sent_from_app",
      "markdown_text_conflict", "missing_file_data", "as_user_not_supported", "duplicate_channel_not_found",
      "duplicate_message_not_found")
    put(
      .never, .rejected, "the workspace shares no such content with others", "slack_connect_file_link_sharing_blocked",
      "slack_connect_canvas_sharing_blocked", "slack_connect_lists_sharing_blocked")
    put(.never, .rejected, "Slack has retired this method: update Bellhop", "method_deprecated", "deprecated_endpoint")
    return table
  }()
}
