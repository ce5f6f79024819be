// SPDX-License-Identifier: Apache-2.0
//
// Thin wrappers over the ICU C API. Each is one ICU call; no logic of ours lives here.
//
// This header names no type of ICU and includes none of its headers: a program that imports both
// Tightlip and Foundation would otherwise meet two copies of ICU's declarations, Debian's and the
// one inside Foundation, and Swift refuses to compile that. `shim.c` checks at compile time that
// the constants below are ICU's.

#ifndef TIGHTLIP_ICU_H
#define TIGHTLIP_ICU_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// MARK: Constants

/// General categories, in ICU's order (`UCharCategory`).
typedef enum {
  TIGHTLIP_ICU_UNASSIGNED,
  TIGHTLIP_ICU_UPPERCASE_LETTER,
  TIGHTLIP_ICU_LOWERCASE_LETTER,
  TIGHTLIP_ICU_TITLECASE_LETTER,
  TIGHTLIP_ICU_MODIFIER_LETTER,
  TIGHTLIP_ICU_OTHER_LETTER,
  TIGHTLIP_ICU_NON_SPACING_MARK,
  TIGHTLIP_ICU_ENCLOSING_MARK,
  TIGHTLIP_ICU_COMBINING_SPACING_MARK,
  TIGHTLIP_ICU_DECIMAL_DIGIT_NUMBER,
  TIGHTLIP_ICU_LETTER_NUMBER,
  TIGHTLIP_ICU_OTHER_NUMBER,
  TIGHTLIP_ICU_SPACE_SEPARATOR,
  TIGHTLIP_ICU_LINE_SEPARATOR,
  TIGHTLIP_ICU_PARAGRAPH_SEPARATOR,
  TIGHTLIP_ICU_CONTROL_CHAR,
  TIGHTLIP_ICU_FORMAT_CHAR,
  TIGHTLIP_ICU_PRIVATE_USE_CHAR,
  TIGHTLIP_ICU_SURROGATE,
  TIGHTLIP_ICU_DASH_PUNCTUATION,
  TIGHTLIP_ICU_START_PUNCTUATION,
  TIGHTLIP_ICU_END_PUNCTUATION,
  TIGHTLIP_ICU_CONNECTOR_PUNCTUATION,
  TIGHTLIP_ICU_OTHER_PUNCTUATION,
  TIGHTLIP_ICU_MATH_SYMBOL,
  TIGHTLIP_ICU_CURRENCY_SYMBOL,
  TIGHTLIP_ICU_MODIFIER_SYMBOL,
  TIGHTLIP_ICU_OTHER_SYMBOL,
  TIGHTLIP_ICU_INITIAL_PUNCTUATION,
  TIGHTLIP_ICU_FINAL_PUNCTUATION,
} tightlip_icu_category;

/// The binary properties that the engine and its tests ask for.
typedef enum {
  TIGHTLIP_ICU_CHANGES_WHEN_NFKC_CASEFOLDED,
  TIGHTLIP_ICU_DASH,
  TIGHTLIP_ICU_DEFAULT_IGNORABLE_CODE_POINT,
  TIGHTLIP_ICU_EXTENDED_PICTOGRAPHIC,
  TIGHTLIP_ICU_NFD_INERT,
  TIGHTLIP_ICU_NFKD_INERT,
  TIGHTLIP_ICU_NONCHARACTER_CODE_POINT,
  TIGHTLIP_ICU_PREPENDED_CONCATENATION_MARK,
  TIGHTLIP_ICU_QUOTATION_MARK,
  TIGHTLIP_ICU_UNIFIED_IDEOGRAPH,
  TIGHTLIP_ICU_UPPERCASE,
} tightlip_icu_property;

/// Values of enumerated properties that the engine compares with.
enum {
  TIGHTLIP_ICU_NUMERIC_TYPE_DIGIT = 2,
  TIGHTLIP_ICU_GRAPHEME_CLASS_ZWJ = 17,
  TIGHTLIP_ICU_SCRIPT_LATIN = 25,
  TIGHTLIP_ICU_BLOCK_ENCLOSED_ALPHANUMERICS = 51,
  TIGHTLIP_ICU_BLOCK_ENCLOSED_ALPHANUMERIC_SUPPLEMENT = 195,
  TIGHTLIP_ICU_BLOCK_DINGBATS = 56,
};

// MARK: Versions (major, minor, and two numbers of ICU's own builds, a byte each)

uint32_t tightlip_icu_version(void);

uint32_t tightlip_icu_unicode_version(void);

// MARK: Status (ICU's UErrorCode: zero is success, warnings are negative)

bool tightlip_icu_failed(int32_t status);

/// A string that ICU owns and never frees.
const char *tightlip_icu_error_name(int32_t status);

// MARK: Normalization (the instances are singletons that ICU owns; they are never closed)

typedef struct tightlip_icu_normalizer tightlip_icu_normalizer;

const tightlip_icu_normalizer *tightlip_icu_nfkc_casefold_instance(int32_t *status);

const tightlip_icu_normalizer *tightlip_icu_nfd_instance(int32_t *status);

/// Lengths and the result are in UTF-16 code units.
int32_t tightlip_icu_normalize(const tightlip_icu_normalizer *normalizer, const uint16_t *source,
                               int32_t length, uint16_t *destination, int32_t capacity,
                               int32_t *status);

// MARK: Look-alikes (UTS #39)

typedef struct tightlip_icu_spoof_checker tightlip_icu_spoof_checker;

tightlip_icu_spoof_checker *tightlip_icu_spoof_open(int32_t *status);

void tightlip_icu_spoof_close(tightlip_icu_spoof_checker *checker);

/// Lengths and the result are in UTF-16 code units.
int32_t tightlip_icu_skeleton(const tightlip_icu_spoof_checker *checker, const uint16_t *source,
                              int32_t length, uint16_t *destination, int32_t capacity,
                              int32_t *status);

// MARK: Grapheme clusters (for tests)

typedef struct tightlip_icu_clusters tightlip_icu_clusters;

/// Breaks of the root locale; offsets are in UTF-16 code units, and the text must outlive the result.
tightlip_icu_clusters *tightlip_icu_clusters_open(const uint16_t *text, int32_t length,
                                                  int32_t *status);

/// The next break, or a negative number at the end.
int32_t tightlip_icu_clusters_next(tightlip_icu_clusters *clusters);

void tightlip_icu_clusters_close(tightlip_icu_clusters *clusters);

// MARK: Character properties

tightlip_icu_category tightlip_icu_general_category(uint32_t code_point);

int32_t tightlip_icu_combining_class(uint32_t code_point);

/// The value of a decimal digit (Nd), or -1.
int32_t tightlip_icu_decimal_digit(uint32_t code_point);

/// Negative if the code point has no numeric value.
double tightlip_icu_numeric_value(uint32_t code_point);

int32_t tightlip_icu_numeric_type(uint32_t code_point);

int32_t tightlip_icu_grapheme_class(uint32_t code_point);

int32_t tightlip_icu_script(uint32_t code_point);

int32_t tightlip_icu_block(uint32_t code_point);

bool tightlip_icu_has_property(uint32_t code_point, tightlip_icu_property property);

/// The Unicode name in ASCII, terminated by a zero; the result is its length.
int32_t tightlip_icu_name(uint32_t code_point, char *buffer, int32_t capacity, int32_t *status);

// MARK: Time zones

typedef struct tightlip_icu_zone_names tightlip_icu_zone_names;

/// All names of zones that ICU knows, its own beside IANA's.
tightlip_icu_zone_names *tightlip_icu_zone_names_open(int32_t *status);

/// The next name, terminated by a zero and valid until the next call; null at the end.
const char *tightlip_icu_zone_names_next(tightlip_icu_zone_names *names, int32_t *status);

void tightlip_icu_zone_names_close(tightlip_icu_zone_names *names);

typedef struct tightlip_icu_calendar tightlip_icu_calendar;

/// A Gregorian calendar in the zone of a name (ASCII, terminated by a zero). A name that ICU does
/// not know gives GMT.
tightlip_icu_calendar *tightlip_icu_calendar_open(const char *zone, int32_t *status);

void tightlip_icu_calendar_close(tightlip_icu_calendar *calendar);

/// Milliseconds since 1970-01-01T00:00:00Z.
void tightlip_icu_calendar_set(tightlip_icu_calendar *calendar, double milliseconds,
                               int32_t *status);

/// Milliseconds that local time is ahead of UTC at the calendar's time, daylight saving included.
int32_t tightlip_icu_calendar_offset(const tightlip_icu_calendar *calendar, int32_t *status);

/// The next change of the zone's rules after the calendar's time; false where there is none.
bool tightlip_icu_calendar_next_transition(const tightlip_icu_calendar *calendar,
                                           double *milliseconds, int32_t *status);

/// The last change of the zone's rules at or before the calendar's time; false where there is none.
bool tightlip_icu_calendar_last_transition(const tightlip_icu_calendar *calendar,
                                           double *milliseconds, int32_t *status);

/// The version of ICU's time zone data, for example "2025b"; a string that ICU owns.
const char *tightlip_icu_zone_data_version(int32_t *status);

#ifdef __cplusplus
}
#endif

#endif
