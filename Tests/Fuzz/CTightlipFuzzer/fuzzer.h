// The one function of libFuzzer that a program with a main of its own calls (FuzzerDriver.cpp).
#ifndef TIGHTLIP_FUZZER_H
#define TIGHTLIP_FUZZER_H
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerRunDriver(
    int *_Nonnull count, char *_Nullable *_Nullable *_Nonnull arguments,
    int (*_Nonnull check)(const uint8_t *_Nullable data, size_t size));

#endif
