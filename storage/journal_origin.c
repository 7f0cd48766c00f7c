/* SPDX-License-Identifier: BSD-2-Clause */
/* Where copies came from. */
#include "storage/instance_record.h"

void instance_record_begin_copy(const struct journal_instance *instance,
    const struct journal_origin *origin, struct instance_record *ret_record)
{
	instance_record_begin(instance, ret_record);
	ret_record->has_origin = true;
	ret_record->origin = *origin;
	journal_chain_start_copy(
	    &instance->settings, origin, ret_record->first_before);
}

enum journal_status journal_find_origin(struct journal *journal,
    int64_t instance, bool *ret_is_copy, struct journal_origin *ret_origin,
    struct journal_error *ret_error)
{
	struct instance_record record;
	const enum journal_status status =
	    instance_record_find(journal, instance, &record, ret_error);

	if (status != JOURNAL_OK)
		return status;
	*ret_is_copy = record.has_origin;
	if (record.has_origin)
		*ret_origin = record.origin;
	return JOURNAL_OK;
}
