/* SPDX-License-Identifier: BSD-2-Clause */
/* What every fuzz target is: one function of one input. libFuzzer brings a
 * main() that makes inputs up; replay.c one that reads them from files. */
#ifndef TESTS_FUZZ_TARGET_H
#define TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

/* Does what the target is about to size bytes, and asserts what must hold
 * whatever they are. Leaves nothing behind. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
