// A C door to simdjson (Debian: libsimdjson-dev): parses UTF-8 JSON into simdjson's tape, which Swift walks.
// The tape: https://github.com/simdjson/simdjson/blob/master/doc/tape.md
#pragma once
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bh_json_parser bh_json_parser;

/// A parser to keep and use again on one thread at a time; NULL when memory is out.
bh_json_parser *bh_json_parser_new(size_t max_depth);
void bh_json_parser_free(bh_json_parser *parser);

/// Parses `length` bytes. Answers 0 and the tape with its strings (valid until the next parse), or simdjson's error code.
int bh_json_parse(bh_json_parser *parser, const uint8_t *bytes, size_t length, const uint64_t **tape, const uint8_t **strings);

/// Where in the text of the last parse its structure stands: offsets of `{ } [ ] : ,` and of the first byte of each string, number and word, in
/// order. Valid until the next parse.
const uint32_t *bh_json_structure(const bh_json_parser *parser, size_t *count);

/// simdjson's sentence for an error code; a static string.
const char *bh_json_error(int code);

#ifdef __cplusplus
}
#endif
