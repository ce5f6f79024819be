// SPDX-License-Identifier: Apache-2.0

#include "tightlip_icu.h"

#include <unicode/ubrk.h>
#include <unicode/ucal.h>
#include <unicode/uchar.h>
#include <unicode/uenum.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>
#include <unicode/utypes.h>

// MARK: Constants

_Static_assert(sizeof(UErrorCode) == sizeof(int32_t), "a status is an int32_t");
_Static_assert(sizeof(UChar) == sizeof(uint16_t), "a code unit is a uint16_t");

#define SAME_CATEGORY(name) \
  _Static_assert((int)TIGHTLIP_ICU_##name == (int)U_##name, "the category " #name " is ICU's")
SAME_CATEGORY(UNASSIGNED);
SAME_CATEGORY(UPPERCASE_LETTER);
SAME_CATEGORY(LOWERCASE_LETTER);
SAME_CATEGORY(TITLECASE_LETTER);
SAME_CATEGORY(MODIFIER_LETTER);
SAME_CATEGORY(OTHER_LETTER);
SAME_CATEGORY(NON_SPACING_MARK);
SAME_CATEGORY(ENCLOSING_MARK);
SAME_CATEGORY(COMBINING_SPACING_MARK);
SAME_CATEGORY(DECIMAL_DIGIT_NUMBER);
SAME_CATEGORY(LETTER_NUMBER);
SAME_CATEGORY(OTHER_NUMBER);
SAME_CATEGORY(SPACE_SEPARATOR);
SAME_CATEGORY(LINE_SEPARATOR);
SAME_CATEGORY(PARAGRAPH_SEPARATOR);
SAME_CATEGORY(CONTROL_CHAR);
SAME_CATEGORY(FORMAT_CHAR);
SAME_CATEGORY(PRIVATE_USE_CHAR);
SAME_CATEGORY(SURROGATE);
SAME_CATEGORY(DASH_PUNCTUATION);
SAME_CATEGORY(START_PUNCTUATION);
SAME_CATEGORY(END_PUNCTUATION);
SAME_CATEGORY(CONNECTOR_PUNCTUATION);
SAME_CATEGORY(OTHER_PUNCTUATION);
SAME_CATEGORY(MATH_SYMBOL);
SAME_CATEGORY(CURRENCY_SYMBOL);
SAME_CATEGORY(MODIFIER_SYMBOL);
SAME_CATEGORY(OTHER_SYMBOL);
SAME_CATEGORY(INITIAL_PUNCTUATION);
SAME_CATEGORY(FINAL_PUNCTUATION);

_Static_assert((int)TIGHTLIP_ICU_NUMERIC_TYPE_DIGIT == (int)U_NT_DIGIT, "ICU's numeric type");
_Static_assert((int)TIGHTLIP_ICU_GRAPHEME_CLASS_ZWJ == (int)U_GCB_ZWJ, "ICU's grapheme class");
_Static_assert((int)TIGHTLIP_ICU_SCRIPT_LATIN == (int)USCRIPT_LATIN, "ICU's script");
_Static_assert((int)TIGHTLIP_ICU_BLOCK_ENCLOSED_ALPHANUMERICS == (int)UBLOCK_ENCLOSED_ALPHANUMERICS,
               "ICU's block");
_Static_assert((int)TIGHTLIP_ICU_BLOCK_ENCLOSED_ALPHANUMERIC_SUPPLEMENT ==
                   (int)UBLOCK_ENCLOSED_ALPHANUMERIC_SUPPLEMENT,
               "ICU's block");
_Static_assert((int)TIGHTLIP_ICU_BLOCK_DINGBATS == (int)UBLOCK_DINGBATS, "ICU's block");

static UProperty icu_property(tightlip_icu_property property) {
  switch (property) {
    case TIGHTLIP_ICU_CHANGES_WHEN_NFKC_CASEFOLDED: return UCHAR_CHANGES_WHEN_NFKC_CASEFOLDED;
    case TIGHTLIP_ICU_DASH: return UCHAR_DASH;
    case TIGHTLIP_ICU_DEFAULT_IGNORABLE_CODE_POINT: return UCHAR_DEFAULT_IGNORABLE_CODE_POINT;
    case TIGHTLIP_ICU_EXTENDED_PICTOGRAPHIC: return UCHAR_EXTENDED_PICTOGRAPHIC;
    case TIGHTLIP_ICU_NFD_INERT: return UCHAR_NFD_INERT;
    case TIGHTLIP_ICU_NFKD_INERT: return UCHAR_NFKD_INERT;
    case TIGHTLIP_ICU_NONCHARACTER_CODE_POINT: return UCHAR_NONCHARACTER_CODE_POINT;
    case TIGHTLIP_ICU_PREPENDED_CONCATENATION_MARK: return UCHAR_PREPENDED_CONCATENATION_MARK;
    case TIGHTLIP_ICU_QUOTATION_MARK: return UCHAR_QUOTATION_MARK;
    case TIGHTLIP_ICU_UNIFIED_IDEOGRAPH: return UCHAR_UNIFIED_IDEOGRAPH;
    case TIGHTLIP_ICU_UPPERCASE: return UCHAR_UPPERCASE;
  }
  return UCHAR_INVALID_CODE;
}

// MARK: Versions

static uint32_t packed(const uint8_t *version) {
  return (uint32_t)version[0] << 24 | (uint32_t)version[1] << 16 | (uint32_t)version[2] << 8 | version[3];
}

uint32_t tightlip_icu_version(void) {
  UVersionInfo version;
  u_getVersion(version);
  return packed(version);
}

uint32_t tightlip_icu_unicode_version(void) {
  UVersionInfo version;
  u_getUnicodeVersion(version);
  return packed(version);
}

// MARK: Status

bool tightlip_icu_failed(int32_t status) { return U_FAILURE((UErrorCode)status); }

const char *tightlip_icu_error_name(int32_t status) { return u_errorName((UErrorCode)status); }

// MARK: Normalization

const tightlip_icu_normalizer *tightlip_icu_nfkc_casefold_instance(int32_t *status) {
  return (const tightlip_icu_normalizer *)unorm2_getNFKCCasefoldInstance((UErrorCode *)status);
}

const tightlip_icu_normalizer *tightlip_icu_nfd_instance(int32_t *status) {
  return (const tightlip_icu_normalizer *)unorm2_getNFDInstance((UErrorCode *)status);
}

int32_t tightlip_icu_normalize(const tightlip_icu_normalizer *normalizer, const uint16_t *source,
                               int32_t length, uint16_t *destination, int32_t capacity,
                               int32_t *status) {
  return unorm2_normalize((const UNormalizer2 *)normalizer, source, length, destination, capacity,
                          (UErrorCode *)status);
}

// MARK: Look-alikes

tightlip_icu_spoof_checker *tightlip_icu_spoof_open(int32_t *status) {
  return (tightlip_icu_spoof_checker *)uspoof_open((UErrorCode *)status);
}

void tightlip_icu_spoof_close(tightlip_icu_spoof_checker *checker) {
  uspoof_close((USpoofChecker *)checker);
}

int32_t tightlip_icu_skeleton(const tightlip_icu_spoof_checker *checker, const uint16_t *source,
                              int32_t length, uint16_t *destination, int32_t capacity,
                              int32_t *status) {
  return uspoof_getSkeleton((const USpoofChecker *)checker, 0, source, length, destination,
                            capacity, (UErrorCode *)status);
}

// MARK: Grapheme clusters

tightlip_icu_clusters *tightlip_icu_clusters_open(const uint16_t *text, int32_t length,
                                                  int32_t *status) {
  return (tightlip_icu_clusters *)ubrk_open(UBRK_CHARACTER, "", text, length,
                                            (UErrorCode *)status);
}

int32_t tightlip_icu_clusters_next(tightlip_icu_clusters *clusters) {
  return ubrk_next((UBreakIterator *)clusters);
}

void tightlip_icu_clusters_close(tightlip_icu_clusters *clusters) {
  ubrk_close((UBreakIterator *)clusters);
}

// MARK: Character properties

tightlip_icu_category tightlip_icu_general_category(uint32_t code_point) {
  return (tightlip_icu_category)u_charType((UChar32)code_point);
}

int32_t tightlip_icu_combining_class(uint32_t code_point) {
  return u_getCombiningClass((UChar32)code_point);
}

int32_t tightlip_icu_decimal_digit(uint32_t code_point) {
  return u_charDigitValue((UChar32)code_point);
}

double tightlip_icu_numeric_value(uint32_t code_point) {
  return u_getNumericValue((UChar32)code_point);
}

int32_t tightlip_icu_numeric_type(uint32_t code_point) {
  return u_getIntPropertyValue((UChar32)code_point, UCHAR_NUMERIC_TYPE);
}

int32_t tightlip_icu_grapheme_class(uint32_t code_point) {
  return u_getIntPropertyValue((UChar32)code_point, UCHAR_GRAPHEME_CLUSTER_BREAK);
}

int32_t tightlip_icu_script(uint32_t code_point) {
  return u_getIntPropertyValue((UChar32)code_point, UCHAR_SCRIPT);
}

int32_t tightlip_icu_block(uint32_t code_point) { return ublock_getCode((UChar32)code_point); }

bool tightlip_icu_has_property(uint32_t code_point, tightlip_icu_property property) {
  return u_hasBinaryProperty((UChar32)code_point, icu_property(property));
}

int32_t tightlip_icu_name(uint32_t code_point, char *buffer, int32_t capacity, int32_t *status) {
  return u_charName((UChar32)code_point, U_UNICODE_CHAR_NAME, buffer, capacity,
                    (UErrorCode *)status);
}

// MARK: Time zones

tightlip_icu_zone_names *tightlip_icu_zone_names_open(int32_t *status) {
  return (tightlip_icu_zone_names *)ucal_openTimeZones((UErrorCode *)status);
}

const char *tightlip_icu_zone_names_next(tightlip_icu_zone_names *names, int32_t *status) {
  return uenum_next((UEnumeration *)names, NULL, (UErrorCode *)status);
}

void tightlip_icu_zone_names_close(tightlip_icu_zone_names *names) {
  uenum_close((UEnumeration *)names);
}

tightlip_icu_calendar *tightlip_icu_calendar_open(const char *zone, int32_t *status) {
  // The names of zones are ASCII, and the longest has 32 letters.
  UChar name[64];
  int32_t length = 0;
  while (zone[length] != 0 && length < 63) {
    name[length] = (UChar)(unsigned char)zone[length];
    length += 1;
  }
  return (tightlip_icu_calendar *)ucal_open(name, length, "en_US", UCAL_GREGORIAN,
                                            (UErrorCode *)status);
}

void tightlip_icu_calendar_close(tightlip_icu_calendar *calendar) {
  ucal_close((UCalendar *)calendar);
}

void tightlip_icu_calendar_set(tightlip_icu_calendar *calendar, double milliseconds,
                               int32_t *status) {
  ucal_setMillis((UCalendar *)calendar, milliseconds, (UErrorCode *)status);
}

int32_t tightlip_icu_calendar_offset(const tightlip_icu_calendar *calendar, int32_t *status) {
  int32_t standard = ucal_get((const UCalendar *)calendar, UCAL_ZONE_OFFSET, (UErrorCode *)status);
  return standard + ucal_get((const UCalendar *)calendar, UCAL_DST_OFFSET, (UErrorCode *)status);
}

bool tightlip_icu_calendar_next_transition(const tightlip_icu_calendar *calendar,
                                           double *milliseconds, int32_t *status) {
  return ucal_getTimeZoneTransitionDate((const UCalendar *)calendar, UCAL_TZ_TRANSITION_NEXT,
                                        milliseconds, (UErrorCode *)status);
}

bool tightlip_icu_calendar_last_transition(const tightlip_icu_calendar *calendar,
                                           double *milliseconds, int32_t *status) {
  return ucal_getTimeZoneTransitionDate((const UCalendar *)calendar,
                                        UCAL_TZ_TRANSITION_PREVIOUS_INCLUSIVE, milliseconds,
                                        (UErrorCode *)status);
}

const char *tightlip_icu_zone_data_version(int32_t *status) {
  return ucal_getTZDataVersion((UErrorCode *)status);
}
