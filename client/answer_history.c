/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers about an instance's history: from messages to items, and what users
 * read out of them. */
#include "client/answer.h"

#include "client/fields.h"

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
			.principal = answer_text(from->principal),
			.operation = answer_text(from->operation),
			.label = answer_text(from->label),
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

/* ---- diff ---- */

bool answer_append_diff(
    struct mbc_answer *answer, const Memblock__V1__DiffResult *diff)
{
	struct answer_items *to = &answer->diff;
	const Memblock__V1__DiffPart *from;
	size_t i;

	if (!answer_make_room(to, diff->n_parts, sizeof(struct mbc_diff_part)))
		return false;
	for (i = 0; i < diff->n_parts; i++) {
		from = diff->parts[i];
		*ANSWER_NEXT(to, struct mbc_diff_part) = (struct mbc_diff_part){
		    .list = (enum mbc_list)from->type,
		    .start = from->start,
		    .end = from->end,
		    .has_before = from->has_flags_before != 0,
		    .flags_before = from->flags_before,
		    .nid_before = from->has_nid_before
				      ? (int32_t)from->nid_before
				      : MBC_NO_NODE,
		    .has_after = from->has_flags_after != 0,
		    .flags_after = from->flags_after,
		    .nid_after = from->has_nid_after ? (int32_t)from->nid_after
						     : MBC_NO_NODE,
		};
	}
	return true;
}

size_t mbc_answer_diff_count(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->diff.count : 0;
}

const struct mbc_diff_part *mbc_answer_diff(
    const struct mbc_answer *answer, size_t index)
{
	if (index >= mbc_answer_diff_count(answer))
		return NULL;
	return ANSWER_ITEM(&answer->diff, struct mbc_diff_part, index);
}

/* The last part's, which knows all of them; NULL: none is a diff. */
static const Memblock__V1__DiffResult *last_diff(
    const struct mbc_answer *answer)
{
	const Memblock__V1__Response *last;

	if (answer == NULL || answer->is_local || answer->parts.count == 0)
		return NULL;
	last = *ANSWER_ITEM(
	    &answer->parts, Memblock__V1__Response *, answer->parts.count - 1);
	return last->result_case == MEMBLOCK__V1__RESPONSE__RESULT_DIFF
		   ? last->diff
		   : NULL;
}

bool mbc_answer_identical(const struct mbc_answer *answer, bool *ret_identical)
{
	const Memblock__V1__DiffResult *diff = last_diff(answer);

	if (diff == NULL)
		return false;
	*ret_identical = diff->identical != 0;
	return true;
}

bool mbc_answer_other_seq(const struct mbc_answer *answer, uint64_t *ret_seq)
{
	const Memblock__V1__DiffResult *diff = last_diff(answer);

	if (diff == NULL || !diff->has_other_seq)
		return false;
	*ret_seq = diff->other_seq;
	return true;
}

static const Memblock__V1__InfoResult *side_of(
    const struct mbc_answer *answer, enum mbc_side side)
{
	const Memblock__V1__DiffResult *diff = last_diff(answer);

	if (diff == NULL)
		return NULL;
	return side == MBC_BEFORE ? diff->before : diff->after;
}

bool mbc_answer_diff_get(const struct mbc_answer *answer, enum mbc_side side,
    enum mbc_field field, uint64_t *ret_value)
{
	const Memblock__V1__InfoResult *info = side_of(answer, side);

	if (info == NULL)
		return false;
	return field_get_number(&info->base, field, ret_value) ||
	       (info->settings != NULL &&
		   field_get_number(&info->settings->base, field, ret_value));
}

const char *mbc_answer_diff_get_text(
    const struct mbc_answer *answer, enum mbc_side side, enum mbc_field field)
{
	const Memblock__V1__InfoResult *info = side_of(answer, side);

	if (info == NULL || info->settings == NULL)
		return NULL;
	return field_get_text(&info->settings->base, field);
}

/* ---- explain ---- */

bool answer_append_explanation(
    struct mbc_answer *answer, const Memblock__V1__ExplainResult *from)
{
	struct answer_items *to = &answer->candidates;
	size_t i;

	answer->has_explanation = true;
	answer->explanation = (struct mbc_explanation){
	    .chosen = from->has_address != 0,
	    .base = from->address,
	    .size = from->size,
	    .nearest_size = from->nearest_size,
	    .nearest_limit = from->nearest_limit,
	};
	if (!answer_make_room(
		to, from->n_candidates, sizeof(struct mbc_candidate)))
		return false;
	for (i = 0; i < from->n_candidates; i++)
		*ANSWER_NEXT(to, struct mbc_candidate) = (struct mbc_candidate){
		    .start = from->candidates[i]->start,
		    .end = from->candidates[i]->end,
		    .rule = answer_text(from->candidates[i]->rule),
		    .attempt = from->candidates[i]->attempt,
		};
	return true;
}

const struct mbc_explanation *mbc_answer_explanation(
    const struct mbc_answer *answer)
{
	return answer != NULL && answer->has_explanation ? &answer->explanation
							 : NULL;
}

size_t mbc_answer_candidate_count(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->candidates.count : 0;
}

const struct mbc_candidate *mbc_answer_candidate(
    const struct mbc_answer *answer, size_t index)
{
	if (index >= mbc_answer_candidate_count(answer))
		return NULL;
	return ANSWER_ITEM(&answer->candidates, struct mbc_candidate, index);
}
