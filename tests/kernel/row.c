/* SPDX-License-Identifier: BSD-2-Clause */
#include "row.h"

#include "engine/region_list.h"

#include <stdlib.h>
#include <string.h>

void row_refuse(struct pair *pair, enum mb_status status)
{
	pair->kernel->undo();
	pair->answer = (struct kernel_answer){.end = KERNEL_RETURNED};
	pair->expected = (struct outcome){.status = status};
}

void row_do_instead(struct pair *pair, const struct op *op)
{
	struct kernel_answer answer;

	pair->kernel->apply(op, &answer);
	pair->answer = answer;
}

void row_adopt(struct pair *pair, enum kernel_list list,
    const struct memblock_type *type, uint64_t address)
{
	const size_t cnt = region_list_count_below(type, address);
	struct kernel_region *regions = calloc(cnt + 1, sizeof(*regions));
	size_t i;

	if (regions == NULL)
		abort();
	for (i = 0; i < cnt; i++) {
		const struct memblock_region *region = region_list_at(type, i);

		regions[i] = (struct kernel_region){
		    region->base, region->size, region->flags, region->nid};
	}
	pair->kernel->adopt(list, regions, cnt);
	free(regions);
}

bool row_is_6_12(const struct pair *pair)
{
	return strcmp(pair->kernel->version, "6.12") == 0;
}
