/* SPDX-License-Identifier: BSD-2-Clause */
#include "client/ctl_dump_iomem.h"

#include <inttypes.h>
#include <stdbool.h>

/* A part of the address space, its last address included. */
struct span {
	uint64_t first;
	uint64_t last;
};

static void print_span(const char *indent, uint64_t first, uint64_t last,
    const char *what, FILE *out)
{
	fprintf(out, "%s%08" PRIx64 "-%08" PRIx64 " : %s\n", indent, first,
	    last, what);
}

/* The pages that a region touches. */
static struct span outwards(const struct mbc_region *region, uint64_t page)
{
	return (struct span){region->base & ~(page - 1),
	    (region->base + region->size - 1) | (page - 1)};
}

/* The pages that lie in a region. False: none. */
static bool inwards(
    const struct mbc_region *region, uint64_t page, struct span *ret_span)
{
	const uint64_t end = (region->base + region->size) & ~(page - 1);
	const uint64_t skipped = -region->base & (page - 1);

	if (skipped >= region->size || region->base + skipped >= end)
		return false;
	*ret_span = (struct span){region->base + skipped, end - 1};
	return true;
}

/* What is reserved of a span. Reservations are sorted, so each begins behind
 * the one before but for the page that they may share. */
static void print_reserved(const struct mbc_answer *answer, struct span within,
    uint64_t page, size_t *index, FILE *out)
{
	const struct mbc_region *region;
	struct span reserved;

	while ((region = mbc_answer_region(answer, MBC_RESERVED, *index)) !=
	       NULL) {
		reserved = outwards(region, page);
		if (reserved.first > within.last)
			return;
		if (reserved.first < within.first)
			reserved.first = within.first;
		if (reserved.last >= within.last) {
			print_span(
			    "  ", reserved.first, within.last, "reserved", out);
			return; /* the next span may have some of it, too */
		}
		if (reserved.first <= reserved.last) {
			print_span("  ", reserved.first, reserved.last,
			    "reserved", out);
			within.first = reserved.last + 1;
		}
		(*index)++;
	}
}

void ctl_dump_iomem(const struct mbc_answer *answer, FILE *out)
{
	const uint64_t page = mbc_answer_layout(answer)->page_size;
	const struct mbc_region *region;
	size_t i, reserved = 0;
	struct span span;
	bool nomap;

	for (i = 0; (region = mbc_answer_region(answer, MBC_MEMORY, i)) != NULL;
	     i++) {
		nomap = (region->flags & MBC_NOMAP) != 0;
		if (nomap)
			span = outwards(region, page);
		else if (!inwards(region, page, &span))
			continue;
		print_span("", span.first, span.last,
		    nomap ? "reserved" : "System RAM", out);
		print_reserved(answer, span, page, &reserved, out);
	}
}
