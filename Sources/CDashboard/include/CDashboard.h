// What the dashboard's pages load, inside the binary.
#pragma once
#include <stddef.h>

/// The style sheet, and its size in bytes. Lives as long as the process.
const unsigned char *bh_dashboard_style(size_t *size);
/// The script, and its size in bytes. Lives as long as the process.
const unsigned char *bh_dashboard_script(size_t *size);
/// The icon, and its size in bytes. Lives as long as the process.
const unsigned char *bh_dashboard_icon(size_t *size);
