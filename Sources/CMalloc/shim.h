// What Swift's Glibc does not show of the C library's allocator. https://man7.org/linux/man-pages/man3/mallopt.3.html
#pragma once
#include <malloc.h>

// Threads share so many pools of memory. A pool gives nothing back that lies under something in use, and by itself each busy thread gets one.
static inline void bh_malloc_share(int pools) {
#ifdef M_ARENA_MAX
  mallopt(M_ARENA_MAX, pools);
#else
  (void)pools;
#endif
}
