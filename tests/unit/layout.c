/* SPDX-License-Identifier: BSD-2-Clause */
#include "layout.h"

#include <inttypes.h>
#include <stdio.h>

static char text[4096];
static size_t used;

static void put_flags(uint32_t flags)
{
	const struct flag_name *flag;

	for (flag = flag_names; flag->name != NULL; flag++) {
		if (flags & flag->flag)
			used += (size_t)snprintf(text + used,
			    sizeof(text) - used, " %s", flag->name);
	}
}

const char *layout(const struct memblock_type *type)
{
	size_t i;

	region_list_check(type);
	used = 0;
	text[0] = '\0';
	for (i = 0; i < region_list_cnt(type); i++) {
		const struct memblock_region *region = region_list_at(type, i);

		used += (size_t)snprintf(text + used, sizeof(text) - used,
		    "%s[%" PRIx64 "-%" PRIx64, i > 0 ? " " : "", region->base,
		    region->base + region->size);
		if (region->nid != MB_NO_NODE)
			used += (size_t)snprintf(text + used,
			    sizeof(text) - used, " %" PRId32, region->nid);
		put_flags(region->flags);
		used += (size_t)snprintf(text + used, sizeof(text) - used, "]");
	}
	return text;
}
