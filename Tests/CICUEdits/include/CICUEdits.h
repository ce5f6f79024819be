// SPDX-License-Identifier: Apache-2.0
//
// For tests only: NFKC_Casefold with ICU's own record of where each byte went (`icu::Edits`), which
// ICU offers in C++ alone. The tests hold the map of TightlipNormalization to it.

#ifndef TIGHTLIP_ICU_EDITS_H
#define TIGHTLIP_ICU_EDITS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A span of the source and what became of it. Offsets are in bytes of UTF-8; spans are contiguous.
typedef struct {
  int32_t source_start;
  int32_t source_end;
  int32_t destination_start;
  int32_t destination_end;
  /// Whether the bytes differ. A span that does not is as long as ICU's run of unchanged bytes.
  bool is_changed;
} CICUEdit;

/// Writes NFKC_Casefold of `source`, and its edits in order; the result is false if ICU failed or
/// either buffer is too small.
bool cicu_nfkc_casefold(const uint8_t *source, int32_t length, uint8_t *destination,
                        int32_t destination_capacity, int32_t *destination_length, CICUEdit *edits,
                        int32_t edit_capacity, int32_t *edit_count);

#ifdef __cplusplus
}
#endif

#endif
