/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_missing.h"

#include "storage/failure.h"

#include <inttypes.h>

enum journal_status journal_tell_missing(struct journal *journal,
    int64_t instance, uint64_t seq, struct journal_error *ret_error)
{
	struct journal_instance life;
	enum journal_status status;

	status = journal_find_life(journal, instance, &life, ret_error);
	if (status == JOURNAL_NOT_FOUND)
		return failure(JOURNAL_NOT_FOUND, ret_error,
		    "operation %" PRIu64
		    " is not kept any more: the instance was purged",
		    seq);
	if (status != JOURNAL_OK)
		return status;
	return failure(JOURNAL_NOT_FOUND, ret_error,
	    "operation %" PRIu64
	    " is not kept any more: the first that is kept is %" PRIu64,
	    seq, life.first_seq);
}
