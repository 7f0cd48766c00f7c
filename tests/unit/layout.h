/* SPDX-License-Identifier: BSD-2-Clause */
/* What a list looks like, in one line for a test to compare:
 *
 *   "[1000-2000] [3000-4000 1 nomap]"
 *
 * base and end in hex, end exclusive; node and flags where there are any; ""
 * for an empty list. */
#ifndef TESTS_UNIT_LAYOUT_H
#define TESTS_UNIT_LAYOUT_H

#include "engine/region_list.h"

/* Checks the list as well. Good until the next call. */
const char *layout(const struct memblock_type *type);

#endif
