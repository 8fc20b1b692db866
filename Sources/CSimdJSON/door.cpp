#include "CSimdJSON.h"

#include <new>
#include <simdjson.h>

struct bh_json_parser {
  simdjson::dom::parser parser;
  size_t max_depth;
};

extern "C" bh_json_parser *bh_json_parser_new(size_t max_depth) {
  auto *made = new (std::nothrow) bh_json_parser();
  if (made) made->max_depth = max_depth;
  return made;
}

extern "C" void bh_json_parser_free(bh_json_parser *parser) { delete parser; }

extern "C" int bh_json_parse(bh_json_parser *parser, const uint8_t *bytes, size_t length, const uint64_t **tape, const uint8_t **strings) {
  // The capacity is set by hand because the default depth (1,024) is deeper than what a recursive walk should follow.
  if (length > parser->parser.capacity() || parser->parser.max_depth() != parser->max_depth) {
    size_t capacity = length < 65536 ? 65536 : length;
    if (auto error = parser->parser.allocate(capacity, parser->max_depth)) return error;
  }
  auto result = parser->parser.parse(bytes, length);
  if (auto error = result.error()) return error;
  *tape = parser->parser.doc.tape.get();
  *strings = parser->parser.doc.string_buf.get();
  return 0;
}

extern "C" const uint32_t *bh_json_structure(const bh_json_parser *parser, size_t *count) {
  *count = parser->parser.implementation->n_structural_indexes;
  return parser->parser.implementation->structural_indexes.get();
}

extern "C" const char *bh_json_error(int code) { return simdjson::error_message(simdjson::error_code(code)); }
