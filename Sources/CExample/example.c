#pragma clang diagnostic ignored "-Wc23-extensions"
#include "CExample.h"

static const unsigned char text[] = {
#embed "../../config.example.yaml"
};
const unsigned char *bh_example(size_t *size) {
  *size = sizeof text;
  return text;
}
