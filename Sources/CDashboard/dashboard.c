#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CDashboard.h"

static const unsigned char style[] = {
#embed "dashboard.css"
};
const unsigned char *bh_dashboard_style(size_t *size) {
  *size = sizeof style;
  return style;
}

static const unsigned char script[] = {
#embed "dashboard.js"
};
const unsigned char *bh_dashboard_script(size_t *size) {
  *size = sizeof script;
  return script;
}

static const unsigned char icon[] = {
#embed "dashboard.svg"
};
const unsigned char *bh_dashboard_icon(size_t *size) {
  *size = sizeof icon;
  return icon;
}
