/* SPDX-License-Identifier: BSD-2-Clause */
#include "engine/handover_areas.h"

#include "engine/op.h"
#include "engine/op_check.h"
#include "engine/walk.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* The bytes of an area, and the whole pages inside of it. */
struct span {
	uint64_t base;
	uint64_t end;
	uint64_t first_pfn;
	uint64_t end_pfn; /* not above first_pfn: there is none */
};

/* The sentence about a span; what is "cma" or "init". */
static enum mb_status __attribute__((format(printf, 4, 5)))
refuse(char *message, const char *what, const struct span *span,
    const char *format, ...)
{
	const int begun = snprintf(message, OUTCOME_MESSAGE_MAX,
	    "%s [0x%" PRIx64 "-0x%" PRIx64 "] ", what, span->base,
	    span->end - 1);
	va_list args;

	va_start(args, format);
	vsnprintf(
	    message + begun, OUTCOME_MESSAGE_MAX - (size_t)begun, format, args);
	va_end(args);
	return MB_INVALID;
}

/* ---- one area ---- */

static enum mb_status check_memory(const struct memblock *mb, const char *what,
    const struct span *span, char *message)
{
	const size_t cnt = region_list_cnt(mb->memory);
	size_t i = region_list_search(mb->memory, span->base);
	uint64_t at = span->base;

	for (; at < span->end; i++) {
		const struct memblock_region *region =
		    i < cnt ? region_list_at(mb->memory, i) : NULL;

		if (region == NULL || region->base > at)
			return refuse(message, what, span,
			    "is not all memory: there is none at 0x%" PRIx64,
			    at);
		if ((region->flags & MEMBLOCK_NOMAP) != 0)
			return refuse(message, what, span,
			    "is no memory of the page allocator's: it is nomap "
			    "at 0x%" PRIx64,
			    at);
		at = region->base + region->size;
	}
	return MB_OK;
}

/* A page of it that is free would be handed over twice. */
static enum mb_status check_reserved(const struct memblock *mb,
    const char *what, const struct span *span, char *message)
{
	const uint64_t page = mb->settings.page_size;
	struct free_walk walk = free_walk_up(mb, MB_NO_NODE, MEMBLOCK_NONE,
	    span->first_pfn * page, span->end_pfn * page);
	struct free_range range;

	while (free_walk_next_up(&walk, &range)) {
		const uint64_t base = (range.base + page - 1) / page * page;

		if (base < range.end && range.end - base >= page)
			return refuse(message, what, span,
			    "is not all reserved: the page at 0x%" PRIx64
			    " is handed over already",
			    base);
	}
	return MB_OK;
}

static enum mb_status take_span(const struct memblock *mb, const char *what,
    const struct handover_area *area, struct span *ret_span, char *message)
{
	const uint64_t page = mb->settings.page_size;
	struct span span = {.base = area->base};
	enum mb_status status;

	if (!op_check_address(
		mb, what, area->base, message, OUTCOME_MESSAGE_MAX))
		return MB_INVALID;
	span.end = region_list_cap(mb->memory, area->base, area->size);
	if (span.base >= span.end) {
		snprintf(message, OUTCOME_MESSAGE_MAX,
		    "%s at 0x%" PRIx64 " is empty", what, area->base);
		return MB_INVALID;
	}
	span.first_pfn = span.base / page + (span.base % page != 0);
	span.end_pfn = span.end / page;
	status = check_memory(mb, what, &span, message);
	if (status == MB_OK && span.first_pfn < span.end_pfn)
		status = check_reserved(mb, what, &span, message);
	if (status == MB_OK)
		*ret_span = span;
	return status;
}

/* ---- all areas of a kind ---- */

struct spans {
	const char *what;
	size_t count;
	struct span *spans; /* sorted by their first page */
};

static int compare_spans(const void *a, const void *b)
{
	const struct span *left = a, *right = b;

	return (left->first_pfn > right->first_pfn) -
	       (left->first_pfn < right->first_pfn);
}

/* Puts spans that overlap or touch together and drops those without a page, so
 * that they are disjoint. */
static void join_spans(struct spans *spans)
{
	struct span *last = NULL;
	size_t i, kept = 0;

	for (i = 0; i < spans->count; i++) {
		const struct span next = spans->spans[i];

		if (next.first_pfn >= next.end_pfn)
			continue;
		if (last == NULL || next.first_pfn > last->end_pfn) {
			last = &spans->spans[kept++];
			*last = next;
		} else if (next.end_pfn > last->end_pfn) {
			last->end_pfn = next.end_pfn;
		}
	}
	spans->count = kept;
}

static enum mb_status take_spans(const struct memblock *mb,
    const struct handover_area *areas, size_t count, struct spans *spans,
    char *message)
{
	enum mb_status status;
	size_t i;

	if (count == 0)
		return MB_OK;
	spans->spans = calloc(count, sizeof(*spans->spans));
	if (spans->spans == NULL)
		return MB_NO_MEMORY;
	for (i = 0; i < count; i++) {
		status = take_span(
		    mb, spans->what, &areas[i], &spans->spans[i], message);
		if (status != MB_OK)
			return status;
	}
	spans->count = count;
	qsort(spans->spans, count, sizeof(*spans->spans), compare_spans);
	join_spans(spans);
	return MB_OK;
}

static uint64_t count_pages(const struct spans *spans)
{
	uint64_t pages = 0;
	size_t i;

	for (i = 0; i < spans->count; i++)
		pages += spans->spans[i].end_pfn - spans->spans[i].first_pfn;
	return pages;
}

/* ---- both kinds ---- */

/* No page comes back twice. */
static enum mb_status check_apart(
    const struct spans *cma, const struct spans *init, char *message)
{
	size_t i = 0, j = 0;

	while (i < cma->count && j < init->count) {
		if (cma->spans[i].end_pfn <= init->spans[j].first_pfn) {
			i++;
		} else if (init->spans[j].end_pfn <= cma->spans[i].first_pfn) {
			j++;
		} else {
			return refuse(message, init->what, &init->spans[j],
			    "overlaps cma at 0x%" PRIx64, cma->spans[i].base);
		}
	}
	return MB_OK;
}

enum mb_status handover_areas_count(const struct memblock *mb,
    const struct handover_request *request, uint64_t *ret_cma,
    uint64_t *ret_init, char *message)
{
	struct spans cma = {.what = "cma"}, init = {.what = "init"};
	enum mb_status status;

	status =
	    take_spans(mb, request->cma, request->cma_count, &cma, message);
	if (status == MB_OK)
		status = take_spans(
		    mb, request->init, request->init_count, &init, message);
	if (status == MB_OK)
		status = check_apart(&cma, &init, message);
	if (status == MB_OK) {
		*ret_cma = count_pages(&cma);
		*ret_init = count_pages(&init);
	}
	free(cma.spans);
	free(init.spans);
	return status;
}
