// SPDX-License-Identifier: Apache-2.0
//
// Thin wrappers over the ICU C API. ICU renames its symbols per version (`u_charType_72`) with
// macros that Swift cannot see, so Swift calls only these `static inline` functions. No logic of
// ours lives here: each wrapper is one ICU call.

#ifndef TIGHTLIP_ICU_SHIM_H
#define TIGHTLIP_ICU_SHIM_H

#include <stdbool.h>
#include <stdint.h>
#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/utypes.h>

// MARK: Status

static inline bool tightlip_icu_failed(UErrorCode status) { return U_FAILURE(status); }

static inline const char *tightlip_icu_error_name(UErrorCode status) { return u_errorName(status); }

// MARK: Normalization (the instances are singletons that ICU owns; they are never closed)

static inline const UNormalizer2 *tightlip_icu_nfkc_casefold_instance(UErrorCode *status) {
  return unorm2_getNFKCCasefoldInstance(status);
}

static inline const UNormalizer2 *tightlip_icu_nfd_instance(UErrorCode *status) {
  return unorm2_getNFDInstance(status);
}

// Lengths and the result are in UTF-16 code units.
static inline int32_t tightlip_icu_normalize(const UNormalizer2 *normalizer, const UChar *source,
                                             int32_t length, UChar *destination, int32_t capacity,
                                             UErrorCode *status) {
  return unorm2_normalize(normalizer, source, length, destination, capacity, status);
}

// MARK: Look-alikes (UTS #39)

static inline USpoofChecker *tightlip_icu_spoof_open(UErrorCode *status) {
  return uspoof_open(status);
}

static inline void tightlip_icu_spoof_close(USpoofChecker *checker) { uspoof_close(checker); }

// Lengths and the result are in UTF-16 code units.
static inline int32_t tightlip_icu_skeleton(const USpoofChecker *checker, const UChar *source,
                                            int32_t length, UChar *destination, int32_t capacity,
                                            UErrorCode *status) {
  return uspoof_getSkeleton(checker, 0, source, length, destination, capacity, status);
}

// MARK: Grapheme clusters (for tests)

// Breaks of the root locale; offsets are in UTF-16 code units, and the text must outlive the result.
static inline UBreakIterator *tightlip_icu_clusters_open(const UChar *text, int32_t length,
                                                         UErrorCode *status) {
  return ubrk_open(UBRK_CHARACTER, "", text, length, status);
}

static inline int32_t tightlip_icu_clusters_next(UBreakIterator *clusters) {
  return ubrk_next(clusters);
}

static inline void tightlip_icu_clusters_close(UBreakIterator *clusters) { ubrk_close(clusters); }

// MARK: Character properties

static inline int32_t tightlip_icu_general_category(UChar32 c) { return u_charType(c); }

static inline int32_t tightlip_icu_combining_class(UChar32 c) { return u_getCombiningClass(c); }

static inline int32_t tightlip_icu_decimal_digit(UChar32 c) { return u_charDigitValue(c); }

static inline double tightlip_icu_numeric_value(UChar32 c) { return u_getNumericValue(c); }

static inline int32_t tightlip_icu_numeric_type(UChar32 c) {
  return u_getIntPropertyValue(c, UCHAR_NUMERIC_TYPE);
}

static inline int32_t tightlip_icu_grapheme_class(UChar32 c) {
  return u_getIntPropertyValue(c, UCHAR_GRAPHEME_CLUSTER_BREAK);
}

static inline int32_t tightlip_icu_script(UChar32 c) {
  return u_getIntPropertyValue(c, UCHAR_SCRIPT);
}

static inline int32_t tightlip_icu_block(UChar32 c) { return ublock_getCode(c); }

static inline bool tightlip_icu_has_property(UChar32 c, UProperty property) {
  return u_hasBinaryProperty(c, property);
}

// The Unicode name in ASCII, terminated by a zero; the result is its length.
static inline int32_t tightlip_icu_name(UChar32 c, char *buffer, int32_t capacity,
                                        UErrorCode *status) {
  return u_charName(c, U_UNICODE_CHAR_NAME, buffer, capacity, status);
}

#endif
