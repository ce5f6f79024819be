/* What the C tests share. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tightlip.h>

static int failures = 0;

#define CHECK(condition)                                                    \
  do {                                                                      \
    if (!(condition)) {                                                     \
      fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition); \
      failures++;                                                           \
    }                                                                       \
  } while (0)

#define CHECK_TEXT(text, expected) CHECK((text) != NULL && strcmp((text), (expected)) == 0)

/* A filter from the pack that the program's first argument names. */
static inline tightlip_filter *make_filter(const char *pack, uint32_t flags, const char *policy) {
  tightlip_options options;
  tightlip_filter *filter = NULL;
  tightlip_error *error = NULL;
  const char *text;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.flags = flags;
  if (pack) {
    options.pack = pack;
    options.pack_length = strlen(pack);
  }
  if (policy) {
    options.policy = policy;
    options.policy_length = strlen(policy);
  }
  if (tightlip_filter_create(&options, &filter, &error) != TIGHTLIP_OK) {
    tightlip_error_text(error, &text, NULL);
    fprintf(stderr, "no filter: %s\n", text);
    exit(2);
  }
  return filter;
}

static inline char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  char *bytes = NULL;
  size_t capacity = 0, count = 0, got;
  if (!file) {
    perror(path);
    exit(2);
  }
  do {
    if (capacity - count < 65536) bytes = realloc(bytes, capacity = capacity * 2 + 65536);
    if (!bytes) exit(2);
    got = fread(bytes + count, 1, capacity - count, file);
    count += got;
  } while (got > 0);
  fclose(file);
  *length = count;
  return bytes;
}

#endif
