/* SPDX-License-Identifier: BSD-2-Clause */
/* What both sides of a pair would hand over to the page allocator. */
#ifndef TESTS_KERNEL_HANDOVER_ASKED_H
#define TESTS_KERNEL_HANDOVER_ASKED_H

#include "pair.h"

#include <stdbool.h>
#include <stdint.h>

/* Pages, and blocks by order, below a page frame. False: they differ. Of memory
 * that a kernel would take too long for nothing is asked. */
bool ask_for_handover(struct pair *pair, uint64_t max_low_pfn);

#endif
