/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/row.h"

#include "storage/failure.h"
#include "storage/op_fields.h"
#include "storage/outcome_name.h"
#include "storage/statement.h"

#include <assert.h>
#include <string.h>

/* The columns of ROW_COLUMNS in statement.c, in its order. */
enum column {
	COLUMN_INSTANCE,
	COLUMN_SEQ,
	COLUMN_TIME_US,
	COLUMN_PRINCIPAL,
	COLUMN_LABEL,
	COLUMN_REQUEST_KEY,
	COLUMN_GROUP_SEQ,
	COLUMN_KIND,
	COLUMN_FIELDS, /* one for each bit of enum op_field, in their order */
	COLUMN_STATUS = COLUMN_FIELDS + OP_FIELDS_COUNT,
	COLUMN_RESULT,
	COLUMN_WARNINGS,
	COLUMN_MESSAGE,
	COLUMN_HASH,
};

/* ---- reading ---- */

static bool is_null(sqlite3_stmt *statement, int column)
{
	return sqlite3_column_type(statement, column) == SQLITE_NULL;
}

static uint64_t column_u64(sqlite3_stmt *statement, int column)
{
	return (uint64_t)sqlite3_column_int64(statement, column);
}

/* A text of at most length_max bytes, or NULL where the column is. */
static bool read_text(
    sqlite3_stmt *statement, int column, int length_max, const char **ret_text)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	const int length = sqlite3_column_bytes(statement, column);

	if (text == NULL && !is_null(statement, column))
		return false;
	if (text != NULL &&
	    (length > length_max || strlen(text) != (size_t)length))
		return false;
	*ret_text = text;
	return true;
}

/* Exactly the columns that the kind reads hold something. */
static const char *read_op(sqlite3_stmt *statement, struct op *op)
{
	const int kind = sqlite3_column_int(statement, COLUMN_KIND);
	const struct op_info *info = op_info(kind);
	int i;

	if (info == NULL)
		return "the kind of operation is unknown";
	memset(op, 0, sizeof(*op));
	op->kind = (enum op_kind)kind;
	op->nid = MB_NO_NODE;
	for (i = 0; i < OP_FIELDS_COUNT; i++) {
		const bool wanted = info->fields & 1u << i;
		const int column = COLUMN_FIELDS + i;

		if (wanted == is_null(statement, column))
			return "its arguments are not those of its kind";
		if (wanted &&
		    !op_field_set(op, 1u << i, column_u64(statement, column)))
			return "an argument is beyond what it can be";
	}
	return NULL;
}

static const char *read_outcome(
    sqlite3_stmt *statement, struct outcome *outcome)
{
	const int status = sqlite3_column_int(statement, COLUMN_STATUS);
	const uint64_t warnings = column_u64(statement, COLUMN_WARNINGS);
	const char *message;

	if (!outcome_is_history(status))
		return "the outcome is unknown";
	if (warnings > UINT32_MAX)
		return "the warnings are unknown";
	if (!read_text(
		statement, COLUMN_MESSAGE, OUTCOME_MESSAGE_MAX - 1, &message))
		return "the message is no text";
	outcome->status = (enum mb_status)status;
	outcome->base = column_u64(statement, COLUMN_RESULT);
	outcome->warnings = (uint32_t)warnings;
	strcpy(outcome->message, message == NULL ? "" : message);
	return NULL;
}

static const char *read_request(
    sqlite3_stmt *statement, struct journal_row *row)
{
	row->time_us = sqlite3_column_int64(statement, COLUMN_TIME_US);
	row->group = column_u64(statement, COLUMN_GROUP_SEQ);
	row->key = sqlite3_column_blob(statement, COLUMN_REQUEST_KEY);
	row->key_size =
	    (size_t)sqlite3_column_bytes(statement, COLUMN_REQUEST_KEY);
	if (row->group > row->seq)
		return "its group begins after it";
	if (row->key_size > JOURNAL_KEY_MAX)
		return "the request key is too long";
	if (!read_text(statement, COLUMN_PRINCIPAL, JOURNAL_PRINCIPAL_MAX,
		&row->principal) ||
	    row->principal == NULL)
		return "the principal is no text";
	if (!read_text(statement, COLUMN_LABEL, JOURNAL_LABEL_MAX, &row->label))
		return "the label is no text";
	return NULL;
}

/* Whether a column could not be read for want of it. */
static bool is_out_of_memory(struct journal *journal)
{
	return (sqlite3_errcode(journal->db) & 0xff) == SQLITE_NOMEM;
}

enum journal_status row_read(struct journal *journal, sqlite3_stmt *statement,
    struct journal_row *ret_row, struct journal_error *ret_error)
{
	const char *wrong;

	ret_row->tree = NULL;
	ret_row->instance = sqlite3_column_int64(statement, COLUMN_INSTANCE);
	ret_row->seq = column_u64(statement, COLUMN_SEQ);
	wrong = read_request(statement, ret_row);
	if (wrong == NULL)
		wrong = read_op(statement, &ret_row->op);
	if (wrong == NULL)
		wrong = read_outcome(statement, &ret_row->outcome);
	if (wrong == NULL && !statement_column_bytes(statement, COLUMN_HASH,
				 ret_row->hash, JOURNAL_HASH_SIZE))
		wrong = "the hash is none";
	if (wrong == NULL)
		return JOURNAL_OK;
	if (is_out_of_memory(journal))
		return failure_of_memory(journal->path, ret_error);
	return failure(JOURNAL_DAMAGED, ret_error,
	    "%s: instance %lld seq %llu is damaged: %s", journal->path,
	    (long long)ret_row->instance, (unsigned long long)ret_row->seq,
	    wrong);
}

/* ---- as a link of the chain ---- */

/* Seals it with the tree that the statement stands on. A hash that is none
 * leads to none. */
static void seal_with_tree(struct journal_row *row, sqlite3_stmt *statement,
    const uint8_t before[JOURNAL_HASH_SIZE])
{
	struct journal_tree_seal tree = {
	    .options = (const char *)sqlite3_column_text(statement, 1),
	    .unhashed = sqlite3_column_int(statement, 2) != 0,
	};

	statement_column_bytes(statement, 0, tree.hash, sizeof(tree.hash));
	row->tree = &tree;
	journal_row_seal(row, before);
	row->tree = NULL;
}

static enum journal_status seal_first_of_group(struct journal *journal,
    struct journal_row *row, const uint8_t before[JOURNAL_HASH_SIZE],
    struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	status =
	    statement_get(journal, STATEMENT_GROUP_BLOB, &statement, ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, row->instance);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)row->seq);
	status = statement_find(journal, statement, ret_error);
	if (status == JOURNAL_OK) {
		seal_with_tree(row, statement, before);
	} else if (status == JOURNAL_NOT_FOUND) {
		journal_row_seal(row, before);
		status = JOURNAL_OK;
	}
	if (is_out_of_memory(journal))
		status = failure_of_memory(journal->path, ret_error);
	sqlite3_reset(statement);
	return status;
}

enum journal_status row_check_link(struct journal *journal,
    struct journal_row *row, const uint8_t before[JOURNAL_HASH_SIZE],
    bool *ret_is_link, struct journal_error *ret_error)
{
	enum journal_status status = JOURNAL_OK;
	uint8_t stored[JOURNAL_HASH_SIZE];

	memcpy(stored, row->hash, sizeof(stored));
	if (row->group == row->seq)
		status = seal_first_of_group(journal, row, before, ret_error);
	else
		journal_row_seal(row, before);
	if (status == JOURNAL_OK)
		*ret_is_link = memcmp(stored, row->hash, sizeof(stored)) == 0;
	return status;
}

/* ---- writing ---- */

static bool bind_u64(sqlite3_stmt *statement, int column, uint64_t value)
{
	return sqlite3_bind_int64(
		   statement, column + 1, (sqlite3_int64)value) == SQLITE_OK;
}

/* NULL for 0. */
static bool bind_unless_0(sqlite3_stmt *statement, int column, uint64_t value)
{
	if (value == 0)
		return sqlite3_bind_null(statement, column + 1) == SQLITE_OK;
	return bind_u64(statement, column, value);
}

/* NULL for NULL. */
static bool bind_text(sqlite3_stmt *statement, int column, const char *text)
{
	return sqlite3_bind_text(
		   statement, column + 1, text, -1, SQLITE_STATIC) == SQLITE_OK;
}

static bool bind_blob(
    sqlite3_stmt *statement, int column, const void *bytes, size_t size)
{
	return sqlite3_bind_blob(statement, column + 1, bytes, (int)size,
		   SQLITE_STATIC) == SQLITE_OK;
}

static bool bind_op(sqlite3_stmt *statement, const struct op *op)
{
	const struct op_info *info = op_info((int)op->kind);
	bool bound = bind_u64(statement, COLUMN_KIND, (uint64_t)op->kind);
	int i;

	for (i = 0; i < OP_FIELDS_COUNT && bound; i++) {
		const int column = COLUMN_FIELDS + i;

		if (info->fields & 1u << i)
			bound = bind_u64(
			    statement, column, op_field_get(op, 1u << i));
		else
			bound = sqlite3_bind_null(statement, column + 1) ==
				SQLITE_OK;
	}
	return bound;
}

static bool bind_outcome(sqlite3_stmt *statement, const struct outcome *outcome)
{
	const char *message = outcome->message;

	return bind_u64(statement, COLUMN_STATUS, (uint64_t)outcome->status) &&
	       bind_unless_0(statement, COLUMN_RESULT, outcome->base) &&
	       bind_u64(statement, COLUMN_WARNINGS, outcome->warnings) &&
	       bind_text(statement, COLUMN_MESSAGE,
		   message[0] == '\0' ? NULL : message);
}

bool row_bind(sqlite3_stmt *statement, const struct journal_row *row)
{
	return bind_u64(statement, COLUMN_INSTANCE, (uint64_t)row->instance) &&
	       bind_u64(statement, COLUMN_SEQ, row->seq) &&
	       bind_u64(statement, COLUMN_TIME_US, (uint64_t)row->time_us) &&
	       bind_text(statement, COLUMN_PRINCIPAL, row->principal) &&
	       bind_text(statement, COLUMN_LABEL, row->label) &&
	       bind_blob(
		   statement, COLUMN_REQUEST_KEY, row->key, row->key_size) &&
	       bind_unless_0(statement, COLUMN_GROUP_SEQ, row->group) &&
	       bind_op(statement, &row->op) &&
	       bind_outcome(statement, &row->outcome) &&
	       bind_blob(statement, COLUMN_HASH, row->hash, JOURNAL_HASH_SIZE);
}

/* ---- going over them ---- */

/* SQLite's integers end here, and so do seqs. */
static sqlite3_int64 clamp(uint64_t seq)
{
	return seq > INT64_MAX ? INT64_MAX : (sqlite3_int64)seq;
}

enum journal_status row_select(struct journal *journal, bool reverse,
    int64_t instance, uint64_t from, uint64_t to, sqlite3_stmt **ret_statement,
    struct journal_error *ret_error)
{
	enum journal_status status;
	sqlite3_stmt *statement;

	status = statement_get(journal,
	    reverse ? STATEMENT_EACH_ROW_BACK : STATEMENT_EACH_ROW, &statement,
	    ret_error);
	if (status != JOURNAL_OK)
		return status;
	sqlite3_bind_int64(statement, 1, instance);
	sqlite3_bind_int64(statement, 2, clamp(from));
	sqlite3_bind_int64(statement, 3, clamp(to));
	*ret_statement = statement;
	return JOURNAL_OK;
}
