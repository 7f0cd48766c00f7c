/* SPDX-License-Identifier: BSD-2-Clause */
/* Stands in for the kernel's header of this name, which mm/memblock.c
 * includes; a list of what that file takes from it. */
#ifndef TESTS_KERNEL_SHIM_INTERNAL_H
#define TESTS_KERNEL_SHIM_INTERNAL_H

bool mirrored_kernelcore;

struct page {
	char unused;
};

#define memblock_free_pages(page, pfn, order)                                  \
	((void)(pfn), blocks_freed[order]++)
#define accept_memory(start, size) ((void)(start), (void)(size))
#define pr_warn_ratelimited(...) ((void)0)

#endif
