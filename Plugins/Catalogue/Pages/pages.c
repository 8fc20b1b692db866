#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CPages.h"

// A line for each page.
static const unsigned char pages[] = {
#embed "discord.yaml" suffix(, 0, )
};
const unsigned char *bh_pages(size_t *size) {
  *size = sizeof pages;
  return pages;
}
