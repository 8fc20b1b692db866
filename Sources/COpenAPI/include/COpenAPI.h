// openapi.yaml, inside the binary: the listeners serve it.
#pragma once
#include <stddef.h>

/// The text, and its size in bytes. Lives as long as the process.
const unsigned char *bh_openapi(size_t *size);
