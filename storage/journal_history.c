/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/journal_history.h"

#include "storage/failure.h"
#include "storage/group.h"
#include "storage/instance_record.h"
#include "storage/statement.h"

#include <stdlib.h>
#include <string.h>

enum journal_status journal_find_history(struct journal *journal,
    int64_t instance, struct journal_history *ret_history,
    struct journal_error *ret_error)
{
	struct instance_record record;
	const enum journal_status status =
	    instance_record_find(journal, instance, &record, ret_error);

	if (status != JOURNAL_OK)
		return status;
	ret_history->instance = record.instance;
	ret_history->is_copy = record.has_origin;
	ret_history->origin = record.origin;
	ret_history->first_seq = record.instance.first_seq;
	memcpy(ret_history->first_before, record.first_before,
	    sizeof(record.first_before));
	return JOURNAL_OK;
}

void journal_tree_clear(struct journal_tree *tree)
{
	free(tree->content);
	free(tree->options);
	*tree = (struct journal_tree){0};
}

/* What the row of a group has. */
static enum journal_status copy_tree(struct journal *journal,
    sqlite3_stmt *statement, struct journal_tree *ret_tree,
    struct journal_error *ret_error)
{
	const char *options = (const char *)sqlite3_column_text(statement, 3);
	struct journal_tree tree = {
	    .size = (size_t)sqlite3_column_bytes(statement, 2)};

	if (!group_is_whole(statement))
		return failure(JOURNAL_DAMAGED, ret_error,
		    "%s: the device tree of the group at seq %lld is damaged",
		    journal->path,
		    (long long)sqlite3_column_int64(statement, 0));
	tree.content = malloc(tree.size + 1);
	if (options != NULL)
		tree.options = strdup(options);
	if (tree.content == NULL ||
	    (tree.options == NULL) != (options == NULL)) {
		journal_tree_clear(&tree);
		return failure_of_memory(journal->path, ret_error);
	}
	if (tree.size > 0)
		memcpy(
		    tree.content, sqlite3_column_blob(statement, 2), tree.size);
	*ret_tree = tree;
	return JOURNAL_OK;
}

enum journal_status journal_find_tree(struct journal *journal, int64_t instance,
    uint64_t seq, struct journal_tree *ret_tree,
    struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	status = statement_get(
	    journal, STATEMENT_GROUP_CONTENT, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, instance);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)seq);
	status = statement_find(journal, statement, ret_error);
	if (status == JOURNAL_OK)
		status = copy_tree(journal, statement, ret_tree, ret_error);
	else if (status == JOURNAL_NOT_FOUND)
		status = failure(JOURNAL_NOT_FOUND, ret_error,
		    "%s: nothing led to seq %llu", journal->path,
		    (unsigned long long)seq);
	sqlite3_reset(statement);
	return status;
}
