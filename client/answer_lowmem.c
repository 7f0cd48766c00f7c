/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer to lowmem. */
#include "client/answer.h"

#define BY_PAGES_MAX 2

static struct mbc_mapping mapping_from(const Memblock__V1__Mapping *from)
{
	struct mbc_mapping mapping = {
	    .start = from->start,
	    .end = from->end,
	    .type = (enum mbc_mapping_type)from->type,
	    .sections = from->sections,
	};
	size_t i;

	for (i = 0; i < from->n_by_pages && i < BY_PAGES_MAX; i++) {
		mapping.by_pages[i].start = from->by_pages[i]->start;
		mapping.by_pages[i].end = from->by_pages[i]->end;
		mapping.by_pages_count++;
	}
	return mapping;
}

bool answer_append_lowmem(
    struct mbc_answer *answer, const Memblock__V1__LowmemResult *from)
{
	struct answer_items *to = &answer->mappings;
	size_t i;

	if (!answer_make_room(to, from->n_mappings, sizeof(struct mbc_mapping)))
		return false;
	for (i = 0; i < from->n_mappings; i++)
		*ANSWER_NEXT(to, struct mbc_mapping) =
		    mapping_from(from->mappings[i]);
	return answer_append_ranges(
	    &answer->highmem, from->n_highmem, from->highmem);
}

size_t mbc_answer_mapping_count(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->mappings.count : 0;
}

const struct mbc_mapping *mbc_answer_mapping(
    const struct mbc_answer *answer, size_t index)
{
	if (index >= mbc_answer_mapping_count(answer))
		return NULL;
	return ANSWER_ITEM(&answer->mappings, struct mbc_mapping, index);
}

size_t mbc_answer_highmem_count(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->highmem.count : 0;
}

const struct mbc_range *mbc_answer_highmem(
    const struct mbc_answer *answer, size_t index)
{
	if (index >= mbc_answer_highmem_count(answer))
		return NULL;
	return ANSWER_ITEM(&answer->highmem, struct mbc_range, index);
}
