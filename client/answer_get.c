/* SPDX-License-Identifier: BSD-2-Clause */
/* What users read out of an answer. */
#include "client/answer.h"

#include "client/fields.h"

static const Memblock__V1__Response *last_part(const struct mbc_answer *answer)
{
	if (answer == NULL || answer->parts.count == 0)
		return NULL;
	return *ANSWER_ITEM(
	    &answer->parts, Memblock__V1__Response *, answer->parts.count - 1);
}

uint64_t mbc_answer_id(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->id : 0;
}

enum mbc_code mbc_answer_code(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->code : MBC_RESOURCE_EXHAUSTED;
}

bool mbc_answer_is_local(const struct mbc_answer *answer)
{
	return answer == NULL || answer->is_local;
}

const char *mbc_answer_message(const struct mbc_answer *answer)
{
	const Memblock__V1__Response *last = last_part(answer);

	if (answer == NULL || (answer->is_local && !answer->local_message))
		return "out of memory";
	if (answer->is_local)
		return answer->local_message;
	return last != NULL ? answer_text(last->status->message) : "";
}

const char *mbc_answer_errno_name(const struct mbc_answer *answer)
{
	const Memblock__V1__Response *last = last_part(answer);

	if (last == NULL || answer->is_local)
		return "";
	return answer_text(last->status->errno_name);
}

bool mbc_answer_seq(const struct mbc_answer *answer, uint64_t *ret_seq)
{
	const Memblock__V1__Response *last = last_part(answer);

	if (last == NULL || !last->has_seq || answer->is_local)
		return false;
	*ret_seq = last->seq;
	return true;
}

size_t mbc_answer_warning_count(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->warnings.count : 0;
}

const char *mbc_answer_warning(const struct mbc_answer *answer, size_t index)
{
	if (index >= mbc_answer_warning_count(answer))
		return NULL;
	return *ANSWER_ITEM(&answer->warnings, const char *, index);
}

bool mbc_answer_more(const struct mbc_answer *answer)
{
	return answer != NULL && answer->more;
}

bool mbc_answer_range(
    const struct mbc_answer *answer, uint64_t *ret_base, uint64_t *ret_size)
{
	const Memblock__V1__Response *last = last_part(answer);

	if (last == NULL ||
	    last->result_case != MEMBLOCK__V1__RESPONSE__RESULT_ALLOC)
		return false;
	*ret_base = last->alloc->address;
	*ret_size = last->alloc->size;
	return true;
}

const char *mbc_answer_origin(
    const struct mbc_answer *answer, uint64_t *ret_seq)
{
	const Memblock__V1__CloneResult *origin = NULL;
	const Memblock__V1__Response *first;

	if (answer == NULL || answer->parts.count == 0)
		return NULL;
	first = *ANSWER_ITEM(&answer->parts, Memblock__V1__Response *, 0);
	if (first->result_case == MEMBLOCK__V1__RESPONSE__RESULT_CLONE)
		origin = first->clone;
	else if (first->result_case == MEMBLOCK__V1__RESPONSE__RESULT_LOG)
		origin = first->log->origin;
	if (origin == NULL && mbc_answer_origin_count(answer) > 0) {
		*ret_seq = mbc_answer_origin_at(answer, 0)->seq;
		return mbc_answer_origin_at(answer, 0)->instance;
	}
	if (origin == NULL)
		return NULL;
	*ret_seq = origin->origin_seq;
	return answer_text(origin->origin);
}

static const Memblock__V1__InfoResult *info(const struct mbc_answer *answer)
{
	const Memblock__V1__Response *last = last_part(answer);

	if (last == NULL ||
	    last->result_case != MEMBLOCK__V1__RESPONSE__RESULT_INFO)
		return NULL;
	return last->info;
}

bool mbc_answer_get(
    const struct mbc_answer *answer, enum mbc_field field, uint64_t *ret_value)
{
	const Memblock__V1__InfoResult *from = info(answer);

	if (from == NULL)
		return false;
	return field_get_number(&from->base, field, ret_value) ||
	       (from->settings != NULL &&
		   field_get_number(&from->settings->base, field, ret_value));
}

const char *mbc_answer_get_text(
    const struct mbc_answer *answer, enum mbc_field field)
{
	const Memblock__V1__InfoResult *from = info(answer);
	const char *text;

	if (from == NULL)
		return NULL;
	text = field_get_text(&from->base, field);
	if (text == NULL && from->settings != NULL)
		text = field_get_text(&from->settings->base, field);
	return text;
}

const struct mbc_server *mbc_answer_server(const struct mbc_answer *answer)
{
	return answer != NULL && answer->has_server ? &answer->server : NULL;
}

size_t mbc_answer_instance_count(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->instances.count : 0;
}

const struct mbc_instance *mbc_answer_instance(
    const struct mbc_answer *answer, size_t index)
{
	if (index >= mbc_answer_instance_count(answer))
		return NULL;
	return ANSWER_ITEM(&answer->instances, struct mbc_instance, index);
}

const struct mbc_layout *mbc_answer_layout(const struct mbc_answer *answer)
{
	return answer != NULL && answer->has_layout ? &answer->layout : NULL;
}

const struct mbc_region_list *mbc_answer_region_list(
    const struct mbc_answer *answer, enum mbc_list list)
{
	if (mbc_answer_layout(answer) == NULL || list > MBC_PHYSMEM)
		return NULL;
	if (list == MBC_PHYSMEM && !answer->has_physmem)
		return NULL;
	return &answer->lists[list];
}

const struct mbc_region *mbc_answer_region(
    const struct mbc_answer *answer, enum mbc_list list, size_t index)
{
	const struct mbc_region_list *head =
	    mbc_answer_region_list(answer, list);

	if (head == NULL || index >= head->region_count)
		return NULL;
	return ANSWER_ITEM(&answer->regions[list], struct mbc_region, index);
}

size_t mbc_answer_range_count(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->ranges.count : 0;
}

const struct mbc_range *mbc_answer_range_at(
    const struct mbc_answer *answer, size_t index)
{
	if (index >= mbc_answer_range_count(answer))
		return NULL;
	return ANSWER_ITEM(&answer->ranges, struct mbc_range, index);
}

bool mbc_answer_value(const struct mbc_answer *answer, bool *ret_value)
{
	if (answer == NULL || !answer->has_value)
		return false;
	*ret_value = answer->value;
	return true;
}

const struct mbc_region *mbc_answer_found(const struct mbc_answer *answer)
{
	return answer != NULL && answer->has_found ? &answer->found : NULL;
}

size_t mbc_answer_step_count(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->steps.count : 0;
}

const struct mbc_step *mbc_answer_step(
    const struct mbc_answer *answer, size_t index)
{
	if (index >= mbc_answer_step_count(answer))
		return NULL;
	return ANSWER_ITEM(&answer->steps, struct mbc_step, index);
}

size_t mbc_answer_entry_count(const struct mbc_answer *answer)
{
	return answer != NULL ? answer->entries.count : 0;
}

const struct mbc_entry *mbc_answer_entry(
    const struct mbc_answer *answer, size_t index)
{
	if (index >= mbc_answer_entry_count(answer))
		return NULL;
	return ANSWER_ITEM(&answer->entries, struct mbc_entry, index);
}

bool mbc_entry_get(
    const struct mbc_entry *entry, enum mbc_field field, uint64_t *ret_value)
{
	return entry->arguments != NULL &&
	       field_get_number(entry->arguments, field, ret_value);
}

const struct mbc_verdict *mbc_answer_verdict(const struct mbc_answer *answer)
{
	return answer != NULL && answer->has_verdict ? &answer->verdict : NULL;
}
