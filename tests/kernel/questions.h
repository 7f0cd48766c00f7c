/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's questions and iterators, for the table in kernel.c: what needs
 * no more of mm/memblock.c than others in a kernel have. */
#ifndef TESTS_KERNEL_QUESTIONS_H
#define TESTS_KERNEL_QUESTIONS_H

#include "kernel.h"

bool kernel_ask(enum kernel_question question, uint64_t base, uint64_t size);
size_t kernel_ranges_of(enum kernel_ranges kind, int32_t nid, uint32_t flags,
    bool reverse, struct kernel_range *ret_ranges, size_t max);

#endif
