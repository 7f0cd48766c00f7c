/* SPDX-License-Identifier: BSD-2-Clause */
/* malloc, calloc and strdup that can be told to fail. The program is linked
 * with --wrap for each. */
#ifndef TESTS_UNIT_FAILING_ALLOC_H
#define TESTS_UNIT_FAILING_ALLOC_H

#include <stddef.h>

/* From now on count allocations succeed and the one after them fails;
 * SIZE_MAX: none fails. */
void failing_alloc_after(size_t count);

#endif
