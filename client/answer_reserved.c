/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of reserved memory in an answer. */
#include "client/answer.h"

bool answer_append_reserved(
    struct mbc_answer *answer, const Memblock__V1__ReservedMemoryResult *table)
{
	struct answer_items *to = &answer->reserved;
	const Memblock__V1__ReservedEntry *from;
	size_t i;

	if (!answer_make_room(
		to, table->n_entries, sizeof(struct mbc_reserved)))
		return false;
	for (i = 0; i < table->n_entries; i++) {
		from = table->entries[i];
		*ANSWER_NEXT(to, struct mbc_reserved) = (struct mbc_reserved){
		    .node = answer_text(from->node),
		    .has_phandle = from->has_phandle != 0,
		    .phandle = from->phandle,
		    .base = from->address,
		    .size = from->size,
		    .placement = answer_text(from->placement),
		    .has_alloc_range = from->has_range_size != 0,
		    .range_base = from->range_address,
		    .range_size = from->range_size,
		    .no_map = from->no_map != 0,
		    .reusable = from->reusable != 0,
		    .compatible_count = from->n_compatible,
		    .compatible = (const char *const *)from->compatible,
		    .use = answer_text(from->use),
		    .overlaps = answer_text(from->overlaps),
		    .user_count = from->n_users,
		    .users = from->users,
		};
	}
	return true;
}

size_t mbc_answer_reserved_count(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->reserved.count : 0;
}

const struct mbc_reserved *mbc_answer_reserved(
    const struct mbc_answer *answer, size_t index)
{
	if (index >= mbc_answer_reserved_count(answer))
		return NULL;
	return ANSWER_ITEM(&answer->reserved, struct mbc_reserved, index);
}

bool mbc_reserved_user(const struct mbc_reserved *reserved, size_t index,
    const char **ret_node, const char **ret_name)
{
	Memblock__V1__ReservedUser *const *users = reserved->users;

	if (index >= reserved->user_count)
		return false;
	*ret_node = answer_text(users[index]->node);
	*ret_name = answer_text(users[index]->name);
	return true;
}
