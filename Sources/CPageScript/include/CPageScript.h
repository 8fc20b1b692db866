// bellhop.js, inside the binary: what pages load from the gateway.
#pragma once
#include <stddef.h>

/// The script, and its size in bytes. Lives as long as the process.
const unsigned char *bh_page_script(size_t *size);
