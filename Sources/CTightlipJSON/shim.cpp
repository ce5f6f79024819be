#include "CTightlipJSON.h"

#include <new>
#include <simdjson.h>

struct tightlip_json_parser {
  simdjson::dom::parser parser;
  explicit tightlip_json_parser(size_t max_capacity) noexcept : parser(max_capacity) {}
};

static tightlip_json_status status(simdjson::error_code error) noexcept {
  switch (error) {
    case simdjson::SUCCESS: return TIGHTLIP_JSON_OK;
    case simdjson::EMPTY: return TIGHTLIP_JSON_EMPTY;
    case simdjson::CAPACITY: return TIGHTLIP_JSON_CAPACITY;
    case simdjson::MEMALLOC: return TIGHTLIP_JSON_MEMORY;
    case simdjson::DEPTH_ERROR: return TIGHTLIP_JSON_DEPTH;
    case simdjson::STRING_ERROR: return TIGHTLIP_JSON_STRING;
    case simdjson::UTF8_ERROR: return TIGHTLIP_JSON_UTF8;
    case simdjson::NUMBER_ERROR:
    case simdjson::NUMBER_OUT_OF_RANGE: return TIGHTLIP_JSON_NUMBER;
    default: return TIGHTLIP_JSON_MALFORMED;
  }
}

extern "C" {

tightlip_json_parser *tightlip_json_create(size_t max_capacity) {
  return new (std::nothrow) tightlip_json_parser(max_capacity);
}

void tightlip_json_destroy(tightlip_json_parser *parser) { delete parser; }

tightlip_json_status tightlip_json_reserve(
    tightlip_json_parser *parser, size_t capacity, size_t max_depth) {
  auto error = parser->parser.allocate(capacity, max_depth);
  if (!error) error = parser->parser.doc.allocate(capacity);
  return status(error);
}

tightlip_json_status tightlip_json_parse(
    tightlip_json_parser *parser, const uint8_t *bytes, size_t length,
    tightlip_json_document *document) {
  simdjson::dom::element root;
  auto error = parser->parser.parse(bytes, length, false).get(root);
  if (!error) {
    document->tape = parser->parser.doc.tape.get();
    document->strings = parser->parser.doc.string_buf.get();
  }
  return status(error);
}

bool tightlip_json_is_utf8(const uint8_t *bytes, size_t length) {
  return simdjson::validate_utf8(reinterpret_cast<const char *>(bytes), length);
}

size_t tightlip_json_padding(void) { return simdjson::SIMDJSON_PADDING; }

const char *tightlip_json_kernel(void) noexcept {
  static const std::string name = simdjson::get_active_implementation()->name();
  return name.c_str();
}

}  // extern "C"
