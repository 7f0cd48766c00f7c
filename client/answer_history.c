/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers about an instance's history: from messages to items, and what users
 * read out of them. */
#include "client/answer.h"

static const char *or_empty(const char *text)
{
	return text != NULL ? text : "";
}

bool answer_append_blame(
    struct mbc_answer *answer, const Memblock__V1__BlameResult *blame)
{
	struct answer_items *to = &answer->blame;
	const Memblock__V1__BlamePart *from;
	size_t i;

	if (!answer_make_room(
		to, blame->n_parts, sizeof(struct mbc_blame_part)))
		return false;
	for (i = 0; i < blame->n_parts; i++) {
		from = blame->parts[i];
		*ANSWER_NEXT(to, struct mbc_blame_part) =
		    (struct mbc_blame_part){
			.start = from->start,
			.end = from->end,
			.list = (enum mbc_list)from->type,
			.seq = from->seq,
			.time_us = from->time_us,
			.principal = or_empty(from->principal),
			.operation = or_empty(from->operation),
			.label = or_empty(from->label),
		    };
	}
	return true;
}

size_t mbc_answer_blame_count(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->blame.count : 0;
}

const struct mbc_blame_part *mbc_answer_blame(
    const struct mbc_answer *answer, size_t index)
{
	if (index >= mbc_answer_blame_count(answer))
		return NULL;
	return ANSWER_ITEM(&answer->blame, struct mbc_blame_part, index);
}
