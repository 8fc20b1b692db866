#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CPages.h"

// A line for each page.
static const unsigned char pages[] = {
#embed "discord.yaml" suffix(, 0, )
#embed "google-chat.yaml" suffix(, 0, )
#embed "gotify.yaml" suffix(, 0, )
#embed "matrix.yaml" suffix(, 0, )
#embed "mattermost.yaml" suffix(, 0, )
#embed "ntfy.yaml" suffix(, 0, )
#embed "opsgenie.yaml" suffix(, 0, )
#embed "pagerduty.yaml" suffix(, 0, )
#embed "pushover.yaml" suffix(, 0, )
#embed "rocket-chat.yaml" suffix(, 0, )
#embed "teams.yaml" suffix(, 0, )
#embed "telegram.yaml" suffix(, 0, )
#embed "twilio.yaml" suffix(, 0, )
#embed "webex.yaml" suffix(, 0, )
#embed "zulip.yaml" suffix(, 0, )
};
const unsigned char *bh_pages(size_t *size) {
  *size = sizeof pages;
  return pages;
}
