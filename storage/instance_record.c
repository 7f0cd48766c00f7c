/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/instance_record.h"

#include "storage/digest.h"
#include "storage/failure.h"
#include "storage/statement.h"

#include <assert.h>
#include <string.h>

/* The columns of INSTANCE_COLUMNS in statement.c, in its order. */
enum column {
	COLUMN_ID,
	COLUMN_NAME,
	COLUMN_CREATED_US,
	COLUMN_CREATED_BY,
	COLUMN_DESTROYED_US,
	COLUMN_KERNEL,
	COLUMN_PAGE_SIZE,
	COLUMN_CACHE_LINE,
	COLUMN_PHYS_BITS,
	COLUMN_NODES,
	COLUMN_ARRAYS,
	COLUMN_MEMORY_REGIONS,
	COLUMN_RESERVED_REGIONS,
	COLUMN_PHYSMEM,
	COLUMN_MOVABLE_NODE,
	COLUMN_MIRRORED_KERNELCORE,
	COLUMN_KERNEL_END,
	COLUMN_BOTTOM_UP,
	COLUMN_CURRENT_LIMIT,
	COLUMN_ORIGIN_NAME,
	COLUMN_ORIGIN_INSTANCE,
	COLUMN_ORIGIN_SEQ,
	COLUMN_ORIGIN_HASH,
	COLUMN_FIRST_SEQ,
	COLUMN_FIRST_BEFORE,
	COLUMN_CHECKSUM,
	COLUMN_SEQ,
	COLUMN_CREATED_LABEL,
	COLUMN_CREATED_KEY,
	COLUMN_DESTROYED_BY,
	COLUMN_DESTROYED_LABEL,
	COLUMN_DESTROYED_KEY,
};

void instance_record_begin(
    const struct journal_instance *instance, struct instance_record *ret_record)
{
	memset(ret_record, 0, sizeof(*ret_record));
	ret_record->instance = *instance;
	ret_record->instance.first_seq = 1;
	journal_chain_start(&instance->settings, ret_record->first_before);
}

/* ---- reading ---- */

static uint64_t column_u64(sqlite3_stmt *statement, enum column column)
{
	return (uint64_t)sqlite3_column_int64(statement, (int)column);
}

/* Cut to what it fits into: the checksum finds where that lost something. */
static uint32_t column_u32(sqlite3_stmt *statement, enum column column)
{
	return (uint32_t)column_u64(statement, column);
}

static bool column_bool(sqlite3_stmt *statement, enum column column)
{
	return column_u64(statement, column) != 0;
}

static bool column_is_null(sqlite3_stmt *statement, enum column column)
{
	return sqlite3_column_type(statement, (int)column) == SQLITE_NULL;
}

static bool read_settings(
    sqlite3_stmt *statement, struct memblock_settings *settings)
{
	char kernel[16], arrays[16];

	if (!statement_column_text(
		statement, COLUMN_KERNEL, kernel, sizeof(kernel)) ||
	    !memblock_kernel_parse(kernel, &settings->kernel) ||
	    !statement_column_text(
		statement, COLUMN_ARRAYS, arrays, sizeof(arrays)))
		return false;
	settings->page_size = column_u64(statement, COLUMN_PAGE_SIZE);
	settings->cache_line = column_u64(statement, COLUMN_CACHE_LINE);
	settings->phys_bits = column_u32(statement, COLUMN_PHYS_BITS);
	settings->nodes = column_u32(statement, COLUMN_NODES);
	settings->kernel_arrays = strcmp(arrays, "kernel") == 0;
	settings->memory_regions = column_u32(statement, COLUMN_MEMORY_REGIONS);
	settings->reserved_regions =
	    column_u32(statement, COLUMN_RESERVED_REGIONS);
	settings->physmem = column_bool(statement, COLUMN_PHYSMEM);
	settings->movable_node = column_bool(statement, COLUMN_MOVABLE_NODE);
	settings->mirrored_kernelcore =
	    column_bool(statement, COLUMN_MIRRORED_KERNELCORE);
	settings->kernel_end = column_u64(statement, COLUMN_KERNEL_END);
	settings->bottom_up = column_bool(statement, COLUMN_BOTTOM_UP);
	settings->current_limit = column_u64(statement, COLUMN_CURRENT_LIMIT);
	return true;
}

static bool read_origin(sqlite3_stmt *statement, struct instance_record *record)
{
	struct journal_origin *origin = &record->origin;

	record->has_origin = !column_is_null(statement, COLUMN_ORIGIN_NAME);
	if (!record->has_origin)
		return true;
	origin->instance =
	    sqlite3_column_int64(statement, COLUMN_ORIGIN_INSTANCE);
	origin->seq = column_u64(statement, COLUMN_ORIGIN_SEQ);
	return statement_column_text(statement, COLUMN_ORIGIN_NAME,
		   origin->name, sizeof(origin->name)) &&
	       statement_column_bytes(statement, COLUMN_ORIGIN_HASH,
		   origin->hash, sizeof(origin->hash));
}

static bool read_record(sqlite3_stmt *statement, struct instance_record *record)
{
	struct journal_instance *instance = &record->instance;

	instance->created_us =
	    sqlite3_column_int64(statement, COLUMN_CREATED_US);
	instance->destroyed_us =
	    sqlite3_column_int64(statement, COLUMN_DESTROYED_US);
	instance->seq = column_u64(statement, COLUMN_SEQ);
	instance->first_seq = column_u64(statement, COLUMN_FIRST_SEQ);
	return statement_column_text(statement, COLUMN_NAME, instance->name,
		   sizeof(instance->name)) &&
	       statement_column_text(statement, COLUMN_CREATED_BY,
		   instance->principal, sizeof(instance->principal)) &&
	       read_settings(statement, &instance->settings) &&
	       read_origin(statement, record) &&
	       statement_column_bytes(statement, COLUMN_FIRST_BEFORE,
		   record->first_before, sizeof(record->first_before)) &&
	       instance->first_seq >= 1 &&
	       instance->seq + 1 >= instance->first_seq;
}

/* A text or NULL, which stays in the statement. False: it is too long, or holds
 * a NUL. */
static bool point_at_text(sqlite3_stmt *statement, enum column column,
    size_t max, const char **ret_text)
{
	const char *text =
	    (const char *)sqlite3_column_text(statement, (int)column);
	const size_t size =
	    (size_t)sqlite3_column_bytes(statement, (int)column);

	*ret_text = text;
	return text == NULL ? column_is_null(statement, column)
			    : size <= max && strlen(text) == size;
}

/* label's column, and key's behind it. */
static bool point_at_cause(
    sqlite3_stmt *statement, enum column label, struct journal_cause *cause)
{
	const enum column key = label + 1;

	cause->key = sqlite3_column_blob(statement, (int)key);
	cause->key_size = (size_t)sqlite3_column_bytes(statement, (int)key);
	return cause->key_size <= JOURNAL_KEY_MAX &&
	       point_at_text(
		   statement, label, JOURNAL_LABEL_MAX, &cause->label);
}

static bool point_at_ends(sqlite3_stmt *statement, struct instance_ends *ends)
{
	return point_at_cause(
		   statement, COLUMN_CREATED_LABEL, &ends->created) &&
	       point_at_cause(
		   statement, COLUMN_DESTROYED_LABEL, &ends->destroyed) &&
	       point_at_text(statement, COLUMN_DESTROYED_BY,
		   JOURNAL_PRINCIPAL_MAX, &ends->destroyed_by);
}

static bool checksum_holds(sqlite3_stmt *statement,
    const struct instance_record *record, const struct instance_ends *ends)
{
	uint8_t stored[JOURNAL_HASH_SIZE], computed[JOURNAL_HASH_SIZE];

	digest_instance(record, ends, computed);
	return statement_column_bytes(
		   statement, COLUMN_CHECKSUM, stored, sizeof(stored)) &&
	       memcmp(stored, computed, sizeof(stored)) == 0;
}

enum journal_status instance_record_read(struct journal *journal,
    sqlite3_stmt *statement, struct instance_record *ret_record,
    struct instance_ends *ret_ends, struct journal_error *ret_error)
{
	struct instance_record record = {0};
	struct instance_ends ends;
	char name[JOURNAL_NAME_MAX + 1] = "?";

	record.instance.id = sqlite3_column_int64(statement, COLUMN_ID);
	if (read_record(statement, &record) &&
	    point_at_ends(statement, &ends) &&
	    checksum_holds(statement, &record, &ends)) {
		*ret_record = record;
		if (ret_ends != NULL)
			*ret_ends = ends;
		return JOURNAL_OK;
	}
	if ((sqlite3_errcode(journal->db) & 0xff) == SQLITE_NOMEM)
		return failure_of_memory(journal->path, ret_error);
	statement_column_text(statement, COLUMN_NAME, name, sizeof(name));
	return failure(JOURNAL_DAMAGED, ret_error,
	    "%s: instance %lld (%s) is damaged: its checksum does not match",
	    journal->path, (long long)record.instance.id, name);
}

/* ---- writing ---- */

static bool bind_u64(
    sqlite3_stmt *statement, enum column column, uint64_t value)
{
	return sqlite3_bind_int64(statement, (int)column + 1,
		   (sqlite3_int64)value) == SQLITE_OK;
}

static bool bind_text(
    sqlite3_stmt *statement, enum column column, const char *text)
{
	return sqlite3_bind_text(statement, (int)column + 1, text, -1,
		   SQLITE_STATIC) == SQLITE_OK;
}

static bool bind_hash(sqlite3_stmt *statement, enum column column,
    const uint8_t hash[JOURNAL_HASH_SIZE])
{
	return sqlite3_bind_blob(statement, (int)column + 1, hash,
		   JOURNAL_HASH_SIZE, SQLITE_TRANSIENT) == SQLITE_OK;
}

static bool bind_settings(
    sqlite3_stmt *statement, const struct memblock_settings *settings)
{
	return bind_text(statement, COLUMN_KERNEL,
		   memblock_kernel_name(settings->kernel)) &&
	       bind_u64(statement, COLUMN_PAGE_SIZE, settings->page_size) &&
	       bind_u64(statement, COLUMN_CACHE_LINE, settings->cache_line) &&
	       bind_u64(statement, COLUMN_PHYS_BITS, settings->phys_bits) &&
	       bind_u64(statement, COLUMN_NODES, settings->nodes) &&
	       bind_text(statement, COLUMN_ARRAYS,
		   settings->kernel_arrays ? "kernel" : "host") &&
	       bind_u64(statement, COLUMN_MEMORY_REGIONS,
		   settings->memory_regions) &&
	       bind_u64(statement, COLUMN_RESERVED_REGIONS,
		   settings->reserved_regions) &&
	       bind_u64(statement, COLUMN_PHYSMEM, settings->physmem) &&
	       bind_u64(
		   statement, COLUMN_MOVABLE_NODE, settings->movable_node) &&
	       bind_u64(statement, COLUMN_MIRRORED_KERNELCORE,
		   settings->mirrored_kernelcore) &&
	       bind_u64(statement, COLUMN_KERNEL_END, settings->kernel_end) &&
	       bind_u64(statement, COLUMN_BOTTOM_UP, settings->bottom_up) &&
	       bind_u64(
		   statement, COLUMN_CURRENT_LIMIT, settings->current_limit);
}

static bool bind_origin(
    sqlite3_stmt *statement, const struct instance_record *record)
{
	const struct journal_origin *origin = &record->origin;

	if (!record->has_origin)
		return true;
	return bind_text(statement, COLUMN_ORIGIN_NAME, origin->name) &&
	       (origin->instance == 0 ||
		   bind_u64(statement, COLUMN_ORIGIN_INSTANCE,
		       (uint64_t)origin->instance)) &&
	       bind_u64(statement, COLUMN_ORIGIN_SEQ, origin->seq) &&
	       bind_hash(statement, COLUMN_ORIGIN_HASH, origin->hash);
}

static bool bind_key(sqlite3_stmt *statement, enum column column,
    const struct journal_cause *cause)
{
	return sqlite3_bind_blob(statement, (int)column + 1, cause->key,
		   (int)cause->key_size, SQLITE_STATIC) == SQLITE_OK;
}

bool instance_record_bind(sqlite3_stmt *statement,
    const struct instance_record *record, const struct journal_cause *cause)
{
	const struct journal_instance *instance = &record->instance;
	const struct instance_ends ends = {.created = *cause};
	uint8_t checksum[JOURNAL_HASH_SIZE];

	assert(instance->destroyed_us == 0);
	digest_instance(record, &ends, checksum);
	sqlite3_clear_bindings(statement);
	return bind_u64(statement, COLUMN_ID, (uint64_t)instance->id) &&
	       bind_text(statement, COLUMN_NAME, instance->name) &&
	       bind_u64(statement, COLUMN_CREATED_US,
		   (uint64_t)instance->created_us) &&
	       bind_text(statement, COLUMN_CREATED_BY, instance->principal) &&
	       bind_settings(statement, &instance->settings) &&
	       bind_origin(statement, record) &&
	       bind_u64(
		   statement, COLUMN_FIRST_SEQ, record->instance.first_seq) &&
	       bind_hash(
		   statement, COLUMN_FIRST_BEFORE, record->first_before) &&
	       bind_hash(statement, COLUMN_CHECKSUM, checksum) &&
	       bind_u64(statement, COLUMN_SEQ, instance->seq) &&
	       bind_text(statement, COLUMN_CREATED_LABEL, cause->label) &&
	       bind_key(statement, COLUMN_CREATED_KEY, cause);
}
