// The vendors that come with Bellhop, inside the binary: each page is a file of this folder, and a zero byte ends it.
#pragma once
#include <stddef.h>

/// All pages, and their size in bytes. Lives as long as the process.
const unsigned char *bh_pages(size_t *size);
