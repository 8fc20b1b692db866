#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CPageScript.h"

static const unsigned char text[] = {
#embed "bellhop.js"
};
const unsigned char *bh_page_script(size_t *size) {
  *size = sizeof text;
  return text;
}
