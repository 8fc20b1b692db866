// config.example.yaml, inside the binary: `bellhop init` writes it.
#pragma once
#include <stddef.h>

/// The text, and its size in bytes. Lives as long as the process.
const unsigned char *bh_example(size_t *size);
