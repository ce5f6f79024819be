// A C skin over simdjson's DOM parser: no logic of ours, no exception across the border.
//
// A parsed document is simdjson's tape, whose format simdjson documents (doc/tape.md): one 64-bit
// word an element, its type in the upper eight bits. The accessors below read it without a call.
#ifndef TIGHTLIP_JSON_H
#define TIGHTLIP_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tightlip_json_parser tightlip_json_parser;

typedef int32_t tightlip_json_status;
enum {
  TIGHTLIP_JSON_OK = 0,
  TIGHTLIP_JSON_EMPTY = 1,      // nothing but white space
  TIGHTLIP_JSON_CAPACITY = 2,   // longer than the parser may grow
  TIGHTLIP_JSON_MEMORY = 3,     // no memory
  TIGHTLIP_JSON_DEPTH = 4,      // nested too deeply
  TIGHTLIP_JSON_STRING = 5,     // a bad escape in a string
  TIGHTLIP_JSON_UTF8 = 6,       // not UTF-8
  TIGHTLIP_JSON_NUMBER = 7,     // a bad number, or one out of range
  TIGHTLIP_JSON_MALFORMED = 8,  // anything else
};

// A document; valid until its parser parses again or is destroyed.
typedef struct {
  const uint64_t *_Nullable tape;
  const uint8_t *_Nullable strings;
} tightlip_json_document;

// A parser for documents of up to max_capacity bytes, or NULL without memory.
tightlip_json_parser *_Nullable tightlip_json_create(size_t max_capacity);
void tightlip_json_destroy(tightlip_json_parser *_Nullable parser);
// Makes room for documents of up to capacity bytes and max_depth levels. Forgets the last document.
tightlip_json_status tightlip_json_reserve(
    tightlip_json_parser *_Nonnull parser, size_t capacity, size_t max_depth);
// Parses one document. tightlip_json_padding() bytes after it must be readable; their value is of
// no concern.
tightlip_json_status tightlip_json_parse(
    tightlip_json_parser *_Nonnull parser, const uint8_t *_Nonnull bytes, size_t length,
    tightlip_json_document *_Nonnull document);
bool tightlip_json_is_utf8(const uint8_t *_Nonnull bytes, size_t length);
size_t tightlip_json_padding(void);
// The instruction set simdjson chose, for diagnostics; lives as long as the program.
#ifdef __cplusplus
const char *_Nonnull tightlip_json_kernel(void) noexcept;
#else
const char *_Nonnull tightlip_json_kernel(void);
#endif

// The element at an index of the tape. The document's root is at index 1.
// '{' '[' '"' 'l' (int64) 'u' (uint64) 'd' (double) 't' 'f' 'n'; '}' and ']' close.
static inline uint8_t tightlip_json_type(tightlip_json_document document, size_t index) {
  return (uint8_t)(document.tape[index] >> 56);
}
// The index after an element and all it holds.
static inline size_t tightlip_json_after(tightlip_json_document document, size_t index) {
  uint64_t word = document.tape[index];
  switch (word >> 56) {
    case '{': case '[': return (uint32_t)word;
    case 'l': case 'u': case 'd': return index + 2;
    default: return index + 1;
  }
}
static inline const uint8_t *_Nonnull tightlip_json_string(
    tightlip_json_document document, size_t index) {
  return document.strings + (document.tape[index] & 0x00FFFFFFFFFFFFFF) + sizeof(uint32_t);
}
// The length of the string that tightlip_json_string gave, in bytes.
static inline size_t tightlip_json_string_length(const uint8_t *_Nonnull string) {
  uint32_t length;
  memcpy(&length, string - sizeof(uint32_t), sizeof(uint32_t));
  return length;
}

// Where a byte stands first, or length.
static inline size_t tightlip_json_find(
    const uint8_t *_Nonnull bytes, size_t length, uint8_t byte) {
  const uint8_t *found = (const uint8_t *)memchr(bytes, byte, length);
  return found ? (size_t)(found - bytes) : length;
}

#ifdef __cplusplus
}
#endif
#endif
