#pragma clang diagnostic ignored "-Wc23-extensions"
#include "COpenAPI.h"

static const unsigned char text[] = {
#embed "openapi.yaml"
};
const unsigned char *bh_openapi(size_t *size) {
  *size = sizeof text;
  return text;
}
