// SPDX-License-Identifier: Apache-2.0

#include "CICUEdits.h"

#include <unicode/bytestream.h>
#include <unicode/edits.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

extern "C" bool cicu_nfkc_casefold(const uint8_t *source, int32_t length, uint8_t *destination,
                                   int32_t destination_capacity, int32_t *destination_length,
                                   CICUEdit *edits, int32_t edit_capacity, int32_t *edit_count) {
  UErrorCode status = U_ZERO_ERROR;
  // A singleton that ICU owns.
  const icu::Normalizer2 *normalizer = icu::Normalizer2::getNFKCCasefoldInstance(status);
  if (U_FAILURE(status)) return false;

  icu::CheckedArrayByteSink sink(reinterpret_cast<char *>(destination), destination_capacity);
  icu::Edits recorded;
  normalizer->normalizeUTF8(0, icu::StringPiece(reinterpret_cast<const char *>(source), length),
                            sink, &recorded, status);
  if (U_FAILURE(status) || sink.Overflowed()) return false;
  *destination_length = sink.NumberOfBytesWritten();

  // The fine iterator gives adjacent changes one by one, the coarse one would join them.
  int32_t count = 0;
  icu::Edits::Iterator iterator = recorded.getFineIterator();
  while (iterator.next(status)) {
    if (count == edit_capacity) return false;
    CICUEdit &edit = edits[count++];
    edit.source_start = iterator.sourceIndex();
    edit.source_end = iterator.sourceIndex() + iterator.oldLength();
    edit.destination_start = iterator.destinationIndex();
    edit.destination_end = iterator.destinationIndex() + iterator.newLength();
    edit.is_changed = iterator.hasChange();
  }
  *edit_count = count;
  return U_SUCCESS(status);
}
