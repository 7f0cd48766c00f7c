/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scratch_journal.h"

#include "storage/digest.h"
#include "storage/instance_record.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

/* For the lock on the journal. */
#define BUSY_MS 30000

static const char *const files[] = {
    "journal.db", "journal.db-wal", "journal.db-shm", "journal.db.lock"};

int scratch_setup_empty(void **state)
{
	struct scratch *scratch = calloc(1, sizeof(*scratch));

	if (scratch == NULL)
		return -1;
	strcpy(scratch->directory, "/tmp/test_journal_XXXXXX");
	if (mkdtemp(scratch->directory) == NULL)
		return -1;
	snprintf(scratch->path, sizeof(scratch->path), "%s/journal.db",
	    scratch->directory);
	scratch->batch = journal_batch_new();
	*state = scratch;
	return 0;
}

int scratch_setup(void **state)
{
	if (scratch_setup_empty(state) != 0)
		return -1;
	scratch_open(*state);
	scratch_create(*state, "board0");
	scratch_commit(*state);
	return 0;
}

int scratch_teardown(void **state)
{
	struct scratch *scratch = *state;
	char path[128];
	size_t i;

	journal_close(scratch->journal, &scratch->error);
	journal_batch_free(scratch->batch);
	memblock_destroy(scratch->mb);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(
		    path, sizeof(path), "%s/%s", scratch->directory, files[i]);
		unlink(path);
	}
	i = (size_t)rmdir(scratch->directory);
	free(scratch);
	return (int)i;
}

void scratch_open(struct scratch *scratch)
{
	assert_int_equal(
	    journal_open(scratch->path, JOURNAL_WRITE, JOURNAL_SYNC_OFF,
		&scratch->journal, &scratch->error),
	    JOURNAL_OK);
}

void scratch_close(struct scratch *scratch)
{
	assert_int_equal(
	    journal_close(scratch->journal, &scratch->error), JOURNAL_OK);
	scratch->journal = NULL;
}

void scratch_create(struct scratch *scratch, const char *name)
{
	struct journal_instance instance = {
	    .created_us = SCRATCH_TIME_US,
	    .principal = "uid:1000",
	    .settings = memblock_settings_default(),
	};

	strcpy(instance.name, name);
	instance.id = ++scratch->id;
	scratch->seq = 0;
	scratch->time_us = SCRATCH_TIME_US;
	journal_chain_start(&instance.settings, scratch->hash);
	memblock_destroy(scratch->mb);
	scratch->mb = memblock_create(&instance.settings);
	assert_non_null(scratch->mb);
	assert_true(journal_batch_create(scratch->batch, &instance, NULL));
}

void scratch_do_row(struct scratch *scratch, struct journal_row *row)
{
	op_apply(scratch->mb, &row->op, &row->outcome);
	row->instance = scratch->id;
	row->seq = ++scratch->seq;
	row->time_us = ++scratch->time_us;
	journal_row_seal(row, scratch->hash);
	memcpy(scratch->hash, row->hash, sizeof(scratch->hash));
	assert_true(journal_batch_row(scratch->batch, row));
}

void scratch_do(struct scratch *scratch, struct op op)
{
	struct journal_row row = {.principal = "uid:1000", .op = op};

	scratch_do_row(scratch, &row);
}

void scratch_do_tree(struct scratch *scratch, const void *tree, size_t size,
    const char *options, size_t rows)
{
	struct journal_tree_seal led_to_by = {.options = options};
	struct journal_row row = {.principal = "uid:0",
	    .group = scratch->seq + 1,
	    .tree = &led_to_by,
	    .op = {.kind = OP_TRIM, .align = 4096}};
	size_t i;

	digest_bytes(tree, size, led_to_by.hash);
	assert_true(journal_batch_blob(scratch->batch, tree, size));
	for (i = 0; i < rows; i++) {
		scratch_do_row(scratch, &row);
		row.tree = NULL;
	}
}

void scratch_add(struct scratch *scratch, uint64_t base, uint64_t size)
{
	scratch_do(scratch,
	    (struct op){
		.kind = OP_ADD, .base = base, .size = size, .nid = MB_NO_NODE});
}

void scratch_reserve(struct scratch *scratch, uint64_t base, uint64_t size)
{
	scratch_do(scratch, (struct op){.kind = OP_RESERVE,
				.base = base,
				.size = size,
				.nid = MB_NO_NODE});
}

void scratch_alloc(struct scratch *scratch, uint64_t size)
{
	scratch_do(scratch, (struct op){.kind = OP_ALLOC,
				.size = size,
				.align = 4096,
				.nid = MB_NO_NODE});
}

void scratch_snapshot(struct scratch *scratch)
{
	assert_true(journal_batch_snapshot(scratch->batch, scratch->id,
	    scratch->seq, scratch->time_us, scratch->hash, scratch->mb));
}

void scratch_commit(struct scratch *scratch)
{
	assert_int_equal(
	    journal_commit(scratch->journal, scratch->batch, &scratch->error),
	    JOURNAL_OK);
	journal_batch_rewind(scratch->batch, 0);
}

void scratch_fill(struct scratch *scratch)
{
	scratch_add(scratch, 0x40000000, 0x40000000);
	scratch_reserve(scratch, 0x40000000, 0x100000);
	scratch_alloc(scratch, 0x10000);
	scratch_alloc(scratch, 0x80000000);
	scratch_commit(scratch);
}

void scratch_edit(struct scratch *scratch, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(scratch->path, &db), SQLITE_OK);
	/* A writer on a thread of its own can be in the middle of a commit. */
	sqlite3_busy_timeout(db, BUSY_MS);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

const char *scratch_ask(struct scratch *scratch, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *statement;

	assert_int_equal(
	    sqlite3_open_v2(scratch->path, &db, SQLITE_OPEN_READONLY, NULL),
	    SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	snprintf(scratch->text, sizeof(scratch->text), "%s",
	    (const char *)sqlite3_column_text(statement, 0));
	sqlite3_finalize(statement);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	return scratch->text;
}

void scratch_drop_rows(struct scratch *scratch, uint64_t first_seq)
{
	char before[2 * JOURNAL_HASH_SIZE + 1], checksum[sizeof(before)];
	uint8_t digest[JOURNAL_HASH_SIZE];
	struct instance_record record;
	char sql[1024];

	assert_int_equal(instance_record_find(scratch->journal, scratch->id,
			     &record, &scratch->error),
	    JOURNAL_OK);
	snprintf(sql, sizeof(sql),
	    "SELECT lower(hex(hash)) FROM snapshot"
	    " WHERE instance = %lld AND seq = %llu",
	    (long long)scratch->id, (unsigned long long)first_seq - 1);
	strcpy(before, scratch_ask(scratch, sql));
	record.instance.first_seq = first_seq;
	for (size_t i = 0; i < JOURNAL_HASH_SIZE; i++)
		assert_int_equal(
		    sscanf(before + 2 * i, "%2hhx", &record.first_before[i]),
		    1);
	digest_instance(&record, &(struct instance_ends){0}, digest);
	digest_text(digest, checksum);
	snprintf(sql, sizeof(sql),
	    "UPDATE instance SET first_seq = %llu, first_before = x'%s',"
	    " checksum = x'%s' WHERE id = %lld;"
	    "DELETE FROM operation WHERE instance = %lld AND seq < %llu;"
	    "DELETE FROM snapshot WHERE instance = %lld AND seq < %llu",
	    (unsigned long long)first_seq, before, checksum,
	    (long long)scratch->id, (long long)scratch->id,
	    (unsigned long long)first_seq, (long long)scratch->id,
	    (unsigned long long)first_seq - 1);
	scratch_edit(scratch, sql);
}

void scratch_damage_page(
    struct scratch *scratch, const char *object, const char *text)
{
	char sql[128], page[4096], *found;
	off_t offset;
	int fd;

	snprintf(sql, sizeof(sql),
	    "SELECT rootpage FROM sqlite_schema WHERE name = '%s'", object);
	offset = (strtol(scratch_ask(scratch, sql), NULL, 10) - 1) *
		 (off_t)sizeof(page);
	fd = open(scratch->path, O_RDWR | O_CLOEXEC);
	assert_int_equal(
	    pread(fd, page, sizeof(page), offset), (ssize_t)sizeof(page));
	found = memmem(page, sizeof(page), text, strlen(text));
	assert_non_null(found);
	*found ^= 0x40;
	assert_int_equal(
	    pwrite(fd, page, sizeof(page), offset), (ssize_t)sizeof(page));
	close(fd);
}

void scratch_replace_key_index(struct scratch *scratch, const char *entries)
{
	char sql[1024];

	snprintf(sql, sizeof(sql),
	    "CREATE TABLE other (instance INTEGER, seq INTEGER,"
	    " request_key BLOB, PRIMARY KEY (instance, seq)) WITHOUT ROWID;"
	    "CREATE UNIQUE INDEX other_key ON other (instance, request_key)"
	    " WHERE request_key IS NOT NULL;"
	    "INSERT INTO other %s;"
	    "PRAGMA writable_schema = ON;"
	    "UPDATE sqlite_schema SET rootpage = (SELECT rootpage"
	    " FROM sqlite_schema WHERE name = 'other_key')"
	    " WHERE name = 'operation_key';"
	    "DELETE FROM sqlite_schema WHERE name = 'other_key'",
	    entries);
	scratch_edit(scratch, sql);
	scratch_close(scratch);
	scratch_open(scratch);
}

static struct journal *open_reader(struct scratch *scratch)
{
	struct journal *reader;

	assert_int_equal(journal_open(scratch->path, JOURNAL_READ,
			     JOURNAL_SYNC_FULL, &reader, &scratch->error),
	    JOURNAL_OK);
	return reader;
}

enum journal_status scratch_load(
    struct scratch *scratch, struct journal_state *ret_state)
{
	struct journal *reader = open_reader(scratch);
	enum journal_status status;

	status = journal_load(reader, scratch->id, ret_state, &scratch->error);
	journal_close(reader, &scratch->error);
	return status;
}

void scratch_expect_loaded(struct scratch *scratch)
{
	struct journal_state loaded;

	assert_int_equal(scratch_load(scratch, &loaded), JOURNAL_OK);
	assert_int_equal(loaded.seq, scratch->seq);
	assert_int_equal(loaded.time_us, scratch->time_us);
	assert_memory_equal(loaded.hash, scratch->hash, JOURNAL_HASH_SIZE);
	assert_true(memblock_equal(loaded.mb, scratch->mb));
	memblock_destroy(loaded.mb);
}

struct journal_verdict scratch_verify(struct scratch *scratch)
{
	struct journal *reader = open_reader(scratch);
	struct journal_verdict verdict;

	assert_int_equal(journal_verify(reader, scratch->id, scratch->seq,
			     scratch->mb, &verdict, &scratch->error),
	    JOURNAL_OK);
	journal_close(reader, &scratch->error);
	return verdict;
}

void scratch_limit_files(int64_t bytes)
{
	struct rlimit limit;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes < 0 ? limit.rlim_max : (rlim_t)bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}
