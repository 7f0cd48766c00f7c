/* SPDX-License-Identifier: BSD-2-Clause */
#include "dumped.h"

#include "printing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

struct message {
	Memblock__V1__RegionList list;
	Memblock__V1__Region regions[DUMPED_REGIONS_MAX];
	Memblock__V1__Region *pointers[DUMPED_REGIONS_MAX];
};

static void fill(const struct dumped_region *from, struct message *to)
{
	Memblock__V1__RegionList *list = &to->list;
	Memblock__V1__Region *region;

	memblock__v1__region_list__init(list);
	list->has_cnt = list->has_total_size = true;
	list->regions = to->pointers;
	while (list->n_regions < DUMPED_REGIONS_MAX &&
	       from[list->n_regions].size > 0) {
		const struct dumped_region *row = &from[list->n_regions];

		region = to->pointers[list->n_regions] =
		    &to->regions[list->n_regions];
		memblock__v1__region__init(region);
		region->has_address = region->has_size = true;
		region->address = row->base;
		region->size = row->size;
		region->has_flags = row->flags != 0;
		region->flags = row->flags;
		region->has_nid = row->nid != 0;
		region->nid = (uint32_t)row->nid - 1;
		list->total_size += row->size;
		list->n_regions++;
	}
	list->cnt = list->n_regions;
}

typedef char *print_fn(const char *line, const Memblock__V1__Response *part);

static char *print(
    const char *line, const struct dumped_layout *layout, print_fn *printing)
{
	Memblock__V1__Response part = PRINTING_RESPONSE;
	Memblock__V1__Layout dump = MEMBLOCK__V1__LAYOUT__INIT;
	struct message memory, reserved;

	part.result_case = MEMBLOCK__V1__RESPONSE__RESULT_DUMP;
	part.dump = &dump;
	dump.kernel = (char *)(layout->kernel ? layout->kernel : "6.12");
	dump.has_phys_bits = dump.has_nodes = dump.has_page_size = true;
	dump.phys_bits = layout->phys_bits ? layout->phys_bits : 64;
	dump.nodes = layout->nodes;
	dump.page_size = layout->page_size ? layout->page_size : 4096;
	dump.memory = &memory.list;
	dump.reserved = &reserved.list;
	fill(layout->memory, &memory);
	fill(layout->reserved, &reserved);
	return printing(line, &part);
}

char *dumped_text(const char *line, const struct dumped_layout *layout)
{
	return print(line, layout, printing_text);
}

char *dumped_json(const char *line, const struct dumped_layout *layout)
{
	return print(line, layout, printing_json);
}

void dumped_expect(
    const char *line, const struct dumped_layout *layout, const char *expected)
{
	char *text = dumped_text(line, layout);

	assert_string_equal(text, expected);
	free(text);
}
