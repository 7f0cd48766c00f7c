/* SPDX-License-Identifier: BSD-2-Clause */
#include "daemon/reserved_group.h"

#include "daemon/lineage.h"
#include "daemon/memory.h"
#include "storage/journal_missing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

void reserved_group_clear(struct reserved_group *group)
{
	devicetree_free(group->tree);
	free(group->rows);
	*group = (struct reserved_group){0};
}

/* ---- where it is ---- */

#define NONE "no device tree was loaded, or booted from"

/* Why there is none, as far back as the lineage goes. */
static enum journal_status tell_none(
    const struct lineage *lineage, struct journal_error *ret_error)
{
	const struct journal_history *history = &lineage->history;
	const char *name = history->instance.name;
	char *text = ret_error->text;

	switch (lineage->end) {
	case LINEAGE_DROPPED:
		snprintf(text, JOURNAL_ERROR_MAX,
		    NONE ", since the first seq that is kept of %s, which is "
			 "%" PRIu64,
		    name, history->first_seq - 1);
		break;
	case LINEAGE_PURGED:
	case LINEAGE_ELSEWHERE:
		snprintf(text, JOURNAL_ERROR_MAX,
		    NONE ", since %s began as %s@%" PRIu64 ", which %s", name,
		    history->origin.name, history->origin.seq,
		    lineage->end == LINEAGE_PURGED ? "was purged"
						   : "is not of this journal");
		break;
	default:
		snprintf(text, JOURNAL_ERROR_MAX, NONE);
	}
	return JOURNAL_NOT_FOUND;
}

/* Walks until a link has one. */
static enum journal_status find(struct lineage *lineage,
    struct journal *journal, uint64_t *ret_seq, void **ret_blob,
    size_t *ret_size, struct journal_error *ret_error)
{
	struct journal_origin unused;
	enum journal_status status;
	bool is_copy;

	for (;;) {
		status =
		    journal_last_group(journal, lineage->history.instance.id,
			lineage->to, ret_seq, ret_blob, ret_size, ret_error);
		if (status != JOURNAL_NOT_FOUND)
			return status;
		status = lineage_walk(
		    lineage, journal, &is_copy, &unused, ret_error);
		if (status != JOURNAL_OK)
			return status;
		if (lineage->end != LINEAGE_GOES_ON)
			return tell_none(lineage, ret_error);
	}
}

/* ---- what it has ---- */

static bool keep_row(void *arg, const struct journal_row *row)
{
	struct reserved_group *group = arg;
	struct boot_row *kept;

	if (row->group != group->seq)
		return false;
	if (group->count == group->room) {
		group->room = 2 * group->room + 16;
		group->rows = memory_need(
		    reallocarray(group->rows, group->room, sizeof(*kept)));
	}
	kept = &group->rows[group->count++];
	kept->op = row->op;
	kept->status = row->outcome.status;
	kept->base = row->outcome.base;
	snprintf(kept->label, sizeof(kept->label), "%s",
	    row->label == NULL ? "" : row->label);
	return true;
}

static enum journal_status read_rows(struct journal *journal, int64_t instance,
    uint64_t to, struct reserved_group *group, struct journal_error *ret_error)
{
	enum journal_status status;

	status = journal_each_row(journal, instance, group->seq, to, false,
	    keep_row, group, ret_error);
	/* A compaction drops all of a group or nothing. */
	if (status == JOURNAL_OK && group->count == 0)
		return journal_tell_missing(
		    journal, instance, group->seq, ret_error);
	return status;
}

static enum journal_status read_tree(const void *blob, size_t size,
    struct devicetree **ret_tree, struct journal_error *ret_error)
{
	char reason[DEVICETREE_MESSAGE_MAX];
	const enum mb_status status =
	    devicetree_read(blob, size, ret_tree, reason);

	memory_check(status != MB_NO_MEMORY);
	if (status == MB_OK)
		return JOURNAL_OK;
	snprintf(ret_error->text, sizeof(ret_error->text),
	    "the device tree in the journal: %s", reason);
	return JOURNAL_DAMAGED;
}

static enum journal_status read_group(struct lineage *lineage,
    struct journal *journal, struct reserved_group *group,
    struct journal_error *ret_error)
{
	enum journal_status status;
	void *blob = NULL;
	size_t size;

	status = find(lineage, journal, &group->seq, &blob, &size, ret_error);
	if (status == JOURNAL_OK)
		status = read_rows(journal, lineage->history.instance.id,
		    lineage->to, group, ret_error);
	if (status == JOURNAL_OK)
		status = read_tree(blob, size, &group->tree, ret_error);
	free(blob);
	return status;
}

enum journal_status reserved_group_find(struct journal *journal,
    int64_t instance, uint64_t seq, struct reserved_group *ret_group,
    struct journal_error *ret_error)
{
	struct lineage *lineage = memory_zeroed(1, sizeof(*lineage));
	struct reserved_group group = {0};
	enum journal_status status;

	status = lineage_begin(lineage, journal, instance, seq, ret_error);
	if (status == JOURNAL_OK)
		status = read_group(lineage, journal, &group, ret_error);
	free(lineage);
	if (status == JOURNAL_OK)
		*ret_group = group;
	else
		reserved_group_clear(&group);
	return status;
}
