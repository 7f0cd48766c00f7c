/* SPDX-License-Identifier: BSD-2-Clause */
/* lowmem: how 32-bit arm maps low memory, in parts. */
#include "engine/lowmem.h"

#include "daemon/command.h"
#include "daemon/memory.h"
#include "engine/op.h"

#include <stdlib.h>

#define CODE(name) MEMBLOCK__V1__STATUS__CODE__##name

/* Mappings in one part of an answer: packed, each is at most 96 bytes, and the
 * part stays below 1 MiB. */
#define LOWMEM_PART 8000

static bool take_request(
    struct request *request, struct lowmem_request *ret_wanted)
{
	const Memblock__V1__Lowmem *message = request->message->lowmem;
	const struct lowmem_request wanted = {
	    .kernel_start = message->kernel_start,
	    .kernel_end = message->kernel_end,
	    .has_limit = message->has_lowmem_limit != 0,
	    .limit = message->lowmem_limit,
	};
	char wrong[OUTCOME_MESSAGE_MAX];

	if (!message->has_kernel_start || !message->has_kernel_end)
		return request_refuse(request, CODE(INVALID_ARGUMENT),
		    "the kernel's %s is missing",
		    message->has_kernel_start ? "end" : "start");
	if (!lowmem_check(request->mb, &wanted, wrong))
		return request_refuse(
		    request, CODE(INVALID_ARGUMENT), "%s", wrong);
	*ret_wanted = wanted;
	return true;
}

static void warn(struct answer *answer, const char *sentence)
{
	answer->warnings[answer->response.n_warnings++] = (char *)sentence;
	answer->response.warnings = answer->warnings;
}

static void warn_of_kernel(
    struct request *request, const struct lowmem_request *wanted)
{
	static const char *const sentences[] = {
	    [LOWMEM_KERNEL_SPLIT] =
		"the kernel's sections are not all in one region of memory; "
		"they are mapped for each that meets them",
	    [LOWMEM_KERNEL_NOWHERE] =
		"no region of memory meets the kernel's sections; they are "
		"not mapped",
	};
	const struct memblock_version *version =
	    memblock_version(request->mb->settings.kernel);
	const enum lowmem_kernel kernel = lowmem_kernel(request->mb, wanted);

	if (!version->lowmem_maps_kernel)
		warn(&request->answer,
		    "Linux 6.1 and later map the kernel apart from low "
		    "memory; this is what 4.0 and 5.0 do");
	if (sentences[kernel] != NULL)
		warn(&request->answer, sentences[kernel]);
}

/* ---- the answer ---- */

/* The messages of one part. */
struct part {
	Memblock__V1__LowmemResult result;
	Memblock__V1__Mapping *mappings;
	Memblock__V1__Mapping **mapping_pointers;
	Memblock__V1__Range *ranges; /* two for each: by_pages, or highmem */
	Memblock__V1__Range **range_pointers;
	Memblock__V1__Range **highmem_pointers;
};

static Memblock__V1__Range *fill_range(
    Memblock__V1__Range *range, uint64_t start, uint64_t end)
{
	memblock__v1__range__init(range);
	range->has_start = range->has_end = 1;
	range->start = start;
	range->end = end;
	return range;
}

static void put_mapping(
    struct part *part, size_t slot, const struct lowmem_mapping *from)
{
	Memblock__V1__Mapping *mapping = &part->mappings[slot];
	size_t i;

	memblock__v1__mapping__init(mapping);
	mapping->has_start = mapping->has_end = mapping->has_type = 1;
	mapping->start = from->start;
	mapping->end = from->end;
	mapping->type = from->type == LOWMEM_MEMORY_RWX
			    ? MEMBLOCK__V1__MAPPING__TYPE__MEMORY_RWX
			    : MEMBLOCK__V1__MAPPING__TYPE__MEMORY_RW;
	mapping->has_sections = 1;
	mapping->sections = from->sections;
	mapping->by_pages = &part->range_pointers[2 * slot];
	mapping->n_by_pages = from->by_pages_count;
	for (i = 0; i < from->by_pages_count; i++)
		mapping->by_pages[i] = fill_range(&part->ranges[2 * slot + i],
		    from->by_pages[i].start, from->by_pages[i].end);
	part->result.mappings[part->result.n_mappings++] = mapping;
}

/* Takes what the walk comes by, as long as there is room. */
static bool fill_part(struct lowmem_walk *walk, struct part *part)
{
	Memblock__V1__LowmemResult *result = &part->result;
	struct lowmem_mapping mapping;
	size_t slot;

	result->n_mappings = result->n_highmem = 0;
	for (slot = 0; slot < LOWMEM_PART; slot++) {
		if (!lowmem_walk_next(walk, &mapping))
			return false;
		if (mapping.type == LOWMEM_HIGHMEM)
			result->highmem[result->n_highmem++] =
			    fill_range(&part->ranges[2 * slot], mapping.start,
				mapping.end);
		else
			put_mapping(part, slot, &mapping);
	}
	return true;
}

static void send_parts(struct request *request, struct lowmem_walk walk)
{
	struct part part = {
	    .result = MEMBLOCK__V1__LOWMEM_RESULT__INIT,
	    .mappings = memory_zeroed(LOWMEM_PART, sizeof(*part.mappings)),
	    .mapping_pointers =
		memory_zeroed(LOWMEM_PART, sizeof(*part.mapping_pointers)),
	    .ranges = memory_zeroed(2 * LOWMEM_PART, sizeof(*part.ranges)),
	    .range_pointers =
		memory_zeroed(2 * LOWMEM_PART, sizeof(*part.range_pointers)),
	    .highmem_pointers =
		memory_zeroed(LOWMEM_PART, sizeof(*part.highmem_pointers)),
	};
	bool more;

	part.result.mappings = part.mapping_pointers;
	part.result.highmem = part.highmem_pointers;
	request->answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_LOWMEM;
	request->answer.response.lowmem = &part.result;
	do {
		more = fill_part(&walk, &part);
		request_send(request, !more);
		request->answer.response.n_warnings = 0;
	} while (more);
	free(part.mappings);
	free(part.mapping_pointers);
	free(part.ranges);
	free(part.range_pointers);
	free(part.highmem_pointers);
}

enum command_end command_lowmem(struct request *request)
{
	struct lowmem_request wanted;

	if (!request_need_model(request) || !take_request(request, &wanted))
		return COMMAND_ANSWER;
	warn_of_kernel(request, &wanted);
	send_parts(request, lowmem_walk_begin(request->mb, &wanted));
	return COMMAND_SENT;
}
