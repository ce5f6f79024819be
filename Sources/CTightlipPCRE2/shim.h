// Thin wrappers over PCRE2 (8-bit): the library's macros and size-suffixed names, made importable.
// No logic of ours.
#ifndef TIGHTLIP_PCRE2_SHIM_H
#define TIGHTLIP_PCRE2_SHIM_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

static inline pcre2_code *_Nullable tightlip_pcre2_compile(
    const uint8_t *_Nullable pattern, size_t length, uint32_t options, int *_Nonnull error,
    size_t *_Nonnull offset) {
  return pcre2_compile(pattern, length, options, error, offset, NULL);
}
static inline void tightlip_pcre2_code_free(pcre2_code *_Nullable code) { pcre2_code_free(code); }
static inline int tightlip_pcre2_jit_compile(pcre2_code *_Nonnull code) {
  return pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
}
static inline uint32_t tightlip_pcre2_jit_is_available(void) {
  uint32_t available = 0;
  return pcre2_config(PCRE2_CONFIG_JIT, &available) == 0 ? available : 0;
}
static inline int tightlip_pcre2_version(char *_Nullable buffer) {
  return pcre2_config(PCRE2_CONFIG_VERSION, buffer);
}
static inline int tightlip_pcre2_error_message(int code, uint8_t *_Nonnull buffer, size_t size) {
  return pcre2_get_error_message(code, buffer, size);
}
static inline size_t tightlip_pcre2_jit_size(const pcre2_code *_Nonnull code) {
  size_t size = 0;
  return pcre2_pattern_info(code, PCRE2_INFO_JITSIZE, &size) == 0 ? size : 0;
}
static inline uint32_t tightlip_pcre2_info_uint32(const pcre2_code *_Nonnull code, uint32_t what) {
  uint32_t value = 0;
  return pcre2_pattern_info(code, what, &value) == 0 ? value : 0;
}
static inline const uint8_t *_Nullable tightlip_pcre2_first_bitmap(const pcre2_code *_Nonnull code) {
  const uint8_t *bitmap = NULL;
  return pcre2_pattern_info(code, PCRE2_INFO_FIRSTBITMAP, &bitmap) == 0 ? bitmap : NULL;
}
static inline pcre2_match_data *_Nullable tightlip_pcre2_match_data_create(uint32_t pairs) {
  return pcre2_match_data_create(pairs, NULL);
}
static inline void tightlip_pcre2_match_data_free(pcre2_match_data *_Nullable data) {
  pcre2_match_data_free(data);
}
static inline const size_t *_Nonnull tightlip_pcre2_ovector(pcre2_match_data *_Nonnull data) {
  return pcre2_get_ovector_pointer(data);
}
static inline pcre2_match_context *_Nullable tightlip_pcre2_match_context_create(
    uint32_t match_limit, uint32_t depth_limit, uint32_t heap_limit_kib) {
  pcre2_match_context *context = pcre2_match_context_create(NULL);
  if (context) {
    pcre2_set_match_limit(context, match_limit);
    pcre2_set_depth_limit(context, depth_limit);
    pcre2_set_heap_limit(context, heap_limit_kib);
  }
  return context;
}
static inline void tightlip_pcre2_set_match_limit(pcre2_match_context *_Nonnull context, uint32_t limit) {
  pcre2_set_match_limit(context, limit);
}
static inline int tightlip_pcre2_set_callout(
    pcre2_match_context *_Nonnull context, int (*_Nonnull call)(pcre2_callout_block *_Nonnull, void *_Nullable),
    void *_Nullable data) {
  return pcre2_set_callout(context, call, data);
}
static inline void tightlip_pcre2_match_context_free(pcre2_match_context *_Nullable context) {
  pcre2_match_context_free(context);
}
static inline pcre2_jit_stack *_Nullable tightlip_pcre2_jit_stack_create(size_t start, size_t most) {
  return pcre2_jit_stack_create(start, most, NULL);
}
static inline void tightlip_pcre2_jit_stack_assign(
    pcre2_match_context *_Nonnull context, pcre2_jit_stack *_Nonnull stack) {
  pcre2_jit_stack_assign(context, NULL, stack);
}
static inline void tightlip_pcre2_jit_stack_free(pcre2_jit_stack *_Nullable stack) {
  pcre2_jit_stack_free(stack);
}
static inline int tightlip_pcre2_match(
    const pcre2_code *_Nonnull code, const uint8_t *_Nullable subject, size_t length, size_t start,
    uint32_t options, pcre2_match_data *_Nonnull data, pcre2_match_context *_Nonnull context) {
  return pcre2_match(code, subject, length, start, options, data, context);
}
static inline int tightlip_pcre2_jit_match(
    const pcre2_code *_Nonnull code, const uint8_t *_Nullable subject, size_t length, size_t start,
    uint32_t options, pcre2_match_data *_Nonnull data, pcre2_match_context *_Nonnull context) {
  return pcre2_jit_match(code, subject, length, start, options, data, context);
}

#endif
