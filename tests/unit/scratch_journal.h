/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests: a journal in a private directory, and one instance to write
 * there. What goes wrong fails the test that is running. */
#ifndef TESTS_UNIT_SCRATCH_JOURNAL_H
#define TESTS_UNIT_SCRATCH_JOURNAL_H

#include "storage/journal_verify.h"

struct scratch {
	char directory[64];
	char path[96];		 /* journal.db in it */
	struct journal *journal; /* the writer; NULL while it is closed */
	struct journal_batch *batch;
	struct journal_error error;

	/* The instance: what a daemon would hold of it. */
	int64_t id;
	uint64_t seq;
	int64_t time_us;
	uint8_t hash[JOURNAL_HASH_SIZE];
	struct memblock *mb;

	char text[4096]; /* the last answer of scratch_ask() */
};

/* 2026-01-02T03:04:05.678901Z, the time of creation; the operation at seq
 * comes seq microseconds later. */
#define SCRATCH_TIME_US 1767323045678901

/* cmocka's setup and teardown. *state is a struct scratch: an open journal
 * with the instance "board0" of default settings, without operations. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

/* The same without a file: scratch->journal is NULL. */
int scratch_setup_empty(void **state);

void scratch_open(struct scratch *scratch);
void scratch_close(struct scratch *scratch);

/* Makes another instance, which is the one from now on. */
void scratch_create(struct scratch *scratch, const char *name);

/* Does op to the model and adds its sealed row to the batch. */
void scratch_do(struct scratch *scratch, struct op op);

/* The same with everything a row can have. */
void scratch_do_row(struct scratch *scratch, struct journal_row *row);

/* Keeps a device tree, and adds a group of so many rows that it led to,
 * together with the options (NULL: none). */
void scratch_do_tree(struct scratch *scratch, const void *tree, size_t size,
    const char *options, size_t rows);

void scratch_add(struct scratch *scratch, uint64_t base, uint64_t size);
void scratch_reserve(struct scratch *scratch, uint64_t base, uint64_t size);
void scratch_alloc(struct scratch *scratch, uint64_t size);

void scratch_snapshot(struct scratch *scratch);

/* Commits the batch and begins another. */
void scratch_commit(struct scratch *scratch);

/* add, reserve, alloc and an alloc that is refused: seq 1 to 4. */
void scratch_fill(struct scratch *scratch);

/* Runs SQL on the file through a connection of its own, as somebody with a
 * shell would. */
void scratch_edit(struct scratch *scratch, const char *sql);

/* Changes the first byte of that text in the root page of a table or index, as
 * a disk that forgets would. The journal is closed. */
void scratch_damage_page(
    struct scratch *scratch, const char *object, const char *text);

/* Gives the index of request keys other entries: what that SELECT or VALUES has
 * of instances, seqs and keys. */
void scratch_replace_key_index(struct scratch *scratch, const char *entries);

/* The first column of the first row, as text. */
const char *scratch_ask(struct scratch *scratch, const char *sql);

/* Drops the rows before that seq, and the snapshots before them, as a
 * compaction would; one stands at first_seq - 1. */
void scratch_drop_rows(struct scratch *scratch, uint64_t first_seq);

/* Loads the instance through a reader of its own; the error is in
 * scratch->error. */
enum journal_status scratch_load(
    struct scratch *scratch, struct journal_state *ret_state);

/* Expects that a load gives the model as it stands in scratch. */
void scratch_expect_loaded(struct scratch *scratch);

/* Verifies up to scratch->seq through a reader of its own. */
struct journal_verdict scratch_verify(struct scratch *scratch);

/* As a full disk: no file can grow beyond that size until it is lifted with -1;
 * a write that would fails, and the process lives. */
void scratch_limit_files(int64_t bytes);

#endif
