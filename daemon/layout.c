/* SPDX-License-Identifier: BSD-2-Clause */
/* dump: the lists of an instance, in parts. */
#include "daemon/command.h"
#include "daemon/memory.h"
#include "daemon/translate.h"

#include <stdlib.h>

/* Regions in one part of an answer: packed, each is at most 40 bytes, and the
 * part stays below 1 MiB. */
#define REGIONS_PART 20000

/* A part while it is filled: the lists' heads and up to REGIONS_PART regions of
 * all together. */
struct part {
	Memblock__V1__Layout layout;
	Memblock__V1__RegionList memory, reserved, physmem;
	Memblock__V1__Region *regions;
	Memblock__V1__Region **pointers;
	size_t used;
};

/* How far the lists have been sent. */
struct progress {
	size_t memory, reserved, physmem;
};

/* Adds what fits of a list from *at on. */
static void fill_list(struct part *part, const struct memblock_type *type,
    size_t *at, Memblock__V1__RegionList *list)
{
	memblock__v1__region_list__init(list);
	list->has_cnt = list->has_total_size = 1;
	list->cnt = region_list_cnt(type);
	list->total_size = region_list_total_size(type);
	list->max = region_list_max(type);
	list->has_max = list->max != 0;
	list->emptied = list->has_emptied =
	    list->cnt == 0 && region_list_used(type);
	list->regions = part->pointers + part->used;
	while (part->used < REGIONS_PART && *at < list->cnt) {
		Memblock__V1__Region *message = &part->regions[part->used];

		translate_region(region_list_at(type, (*at)++), message);
		part->pointers[part->used++] = message;
		list->n_regions++;
	}
}

static void fill_part(
    struct part *part, const struct memblock *mb, struct progress *progress)
{
	Memblock__V1__Layout *layout = &part->layout;

	memblock__v1__layout__init(layout);
	layout->kernel = (char *)memblock_kernel_name(mb->settings.kernel);
	layout->has_phys_bits = 1;
	layout->phys_bits = mb->settings.phys_bits;
	layout->has_bottom_up = 1;
	layout->bottom_up = mb->bottom_up;
	layout->has_current_limit = 1;
	layout->current_limit = mb->current_limit;
	layout->has_nodes = 1;
	layout->nodes = mb->settings.nodes;
	layout->has_page_size = 1;
	layout->page_size = mb->settings.page_size;
	layout->memory = &part->memory;
	layout->reserved = &part->reserved;
	part->used = 0;
	fill_list(part, mb->memory, &progress->memory, &part->memory);
	fill_list(part, mb->reserved, &progress->reserved, &part->reserved);
	if (mb->physmem == NULL)
		return;
	layout->physmem = &part->physmem;
	fill_list(part, mb->physmem, &progress->physmem, &part->physmem);
}

enum command_end command_dump(struct request *request)
{
	struct progress progress = {0};
	const struct memblock *mb;
	struct part part;
	bool last;

	if (!request_need_model(request))
		return COMMAND_ANSWER;
	mb = request->mb;
	part.regions = memory_zeroed(REGIONS_PART, sizeof(*part.regions));
	part.pointers = memory_zeroed(REGIONS_PART, sizeof(*part.pointers));
	request->answer.response.result_case =
	    MEMBLOCK__V1__RESPONSE__RESULT_DUMP;
	request->answer.response.dump = &part.layout;
	do {
		fill_part(&part, mb, &progress);
		last = progress.memory + progress.reserved + progress.physmem ==
		       memblock_region_cnt(mb);
		request_send(request, last);
	} while (!last);
	free(part.regions);
	free(part.pointers);
	return COMMAND_SENT;
}
