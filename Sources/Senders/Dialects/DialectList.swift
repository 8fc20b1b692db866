extension Dialect {
  /// Every dialect that senders may speak, in the order of the manual: a new one is a line here and a file beside this one.
  public static let all: [Dialect] = [
    api, browser,
    slack, discord, gotify, ntfy,
    alertmanager, grafana, pagerduty, opsgenie, kuma, datadog,
    stripe, github, gitlab, gitea, standardWebhooks, shopify, paddle, sentry, sentryPlugin, hmac,
    json,
  ]
}
