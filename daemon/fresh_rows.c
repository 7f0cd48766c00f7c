/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/fresh_rows.h"

#include "daemon/memory.h"

#include <stdlib.h>

void fresh_rows_add(struct fresh_rows *fresh, const struct journal_row *row)
{
	struct fresh_part *part = TAILQ_LAST(fresh, fresh_rows);

	if (part != NULL && watch_rows_add(&part->rows, row))
		return;
	part = memory_zeroed(1, sizeof(*part));
	TAILQ_INSERT_TAIL(fresh, part, next);
	watch_rows_add(&part->rows, row);
}

struct watch_rows *fresh_rows_from(struct fresh_rows *fresh, uint64_t seq)
{
	struct fresh_part *part;

	TAILQ_FOREACH (part, fresh, next)
		if (part->rows.first == seq)
			return &part->rows;
	return NULL;
}

void fresh_rows_drop(struct fresh_rows *fresh)
{
	struct fresh_part *part;

	while ((part = TAILQ_FIRST(fresh)) != NULL) {
		TAILQ_REMOVE(fresh, part, next);
		watch_rows_free(&part->rows);
		free(part);
	}
}
