#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CPages.h"

// A line for each page.
static const unsigned char pages[] = {
#embed "bark.yaml" suffix(, 0, )
#embed "datadog.yaml" suffix(, 0, )
#embed "dingtalk.yaml" suffix(, 0, )
#embed "discord.yaml" suffix(, 0, )
#embed "github-dispatch.yaml" suffix(, 0, )
#embed "github-issue.yaml" suffix(, 0, )
#embed "gitlab-issue.yaml" suffix(, 0, )
#embed "google-chat.yaml" suffix(, 0, )
#embed "gotify.yaml" suffix(, 0, )
#embed "grafana.yaml" suffix(, 0, )
#embed "healthchecks.yaml" suffix(, 0, )
#embed "home-assistant.yaml" suffix(, 0, )
#embed "ifttt.yaml" suffix(, 0, )
#embed "ilert.yaml" suffix(, 0, )
#embed "lark.yaml" suffix(, 0, )
#embed "line.yaml" suffix(, 0, )
#embed "loki.yaml" suffix(, 0, )
#embed "mailgun.yaml" suffix(, 0, )
#embed "make.yaml" suffix(, 0, )
#embed "matrix.yaml" suffix(, 0, )
#embed "mattermost.yaml" suffix(, 0, )
#embed "n8n.yaml" suffix(, 0, )
#embed "ntfy.yaml" suffix(, 0, )
#embed "opsgenie.yaml" suffix(, 0, )
#embed "pagerduty.yaml" suffix(, 0, )
#embed "postmark.yaml" suffix(, 0, )
#embed "pushbullet.yaml" suffix(, 0, )
#embed "pushover.yaml" suffix(, 0, )
#embed "resend.yaml" suffix(, 0, )
#embed "rocket-chat.yaml" suffix(, 0, )
#embed "sendgrid.yaml" suffix(, 0, )
#embed "signal.yaml" suffix(, 0, )
#embed "simplepush.yaml" suffix(, 0, )
#embed "splunk-oncall.yaml" suffix(, 0, )
#embed "teams.yaml" suffix(, 0, )
#embed "telegram.yaml" suffix(, 0, )
#embed "twilio.yaml" suffix(, 0, )
#embed "vonage.yaml" suffix(, 0, )
#embed "webex.yaml" suffix(, 0, )
#embed "wecom.yaml" suffix(, 0, )
#embed "whatsapp.yaml" suffix(, 0, )
#embed "zapier.yaml" suffix(, 0, )
#embed "zenduty.yaml" suffix(, 0, )
#embed "zulip.yaml" suffix(, 0, )
};
const unsigned char *bh_pages(size_t *size) {
  *size = sizeof pages;
  return pages;
}
