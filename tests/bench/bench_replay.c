/* SPDX-License-Identifier: BSD-2-Clause */
/* How fast a journal is replayed: what verify does with the rows of instance 1,
 * against what nobody can leave out who checks them, reading each row with
 * SQLite and hashing it.
 *
 *   bench_replay FILE */
#include "storage/digest.h"
#include "storage/journal_verify.h"
#include "tests/bench/figure.h"

#include <err.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define ROW_BYTES_MAX 4096

static uint64_t verify(const char *path)
{
	struct journal_verdict verdict;
	struct journal_error error;
	struct journal_state state;
	struct journal *journal;

	if (journal_open(path, JOURNAL_READ, JOURNAL_SYNC_FULL, &journal,
		&error) != JOURNAL_OK ||
	    journal_load(journal, 1, &state, &error) != JOURNAL_OK ||
	    journal_verify(journal, 1, state.seq, state.mb, &verdict, &error) !=
		JOURNAL_OK)
		errx(EXIT_FAILURE, "%s", error.text);
	if (!verdict.identical)
		errx(EXIT_FAILURE, "%s: the replay differs", path);
	memblock_destroy(state.mb);
	journal_close(journal, &error);
	return verdict.operations;
}

/* The bytes of every column, one after the other. */
static size_t row_bytes(sqlite3_stmt *statement, uint8_t *ret_bytes)
{
	const int columns = sqlite3_column_count(statement);
	sqlite3_int64 number;
	size_t size, used = 0;
	int i;

	for (i = 0; i < columns; i++) {
		switch (sqlite3_column_type(statement, i)) {
		case SQLITE_INTEGER:
			number = sqlite3_column_int64(statement, i);
			memcpy(ret_bytes + used, &number, sizeof(number));
			used += sizeof(number);
			break;
		case SQLITE_NULL:
			break;
		default:
			size = (size_t)sqlite3_column_bytes(statement, i);
			if (size > ROW_BYTES_MAX - used)
				errx(EXIT_FAILURE, "a row is too long");
			memcpy(ret_bytes + used,
			    sqlite3_column_blob(statement, i), size);
			used += size;
		}
	}
	return used;
}

/* As journal_verify() goes over the rows, in the order of their key. */
static uint64_t read_and_hash(const char *path)
{
	uint8_t bytes[ROW_BYTES_MAX + 64], hash[JOURNAL_HASH_SIZE];
	sqlite3_stmt *statement;
	uint64_t rows = 0;
	sqlite3 *db;
	int step;

	if (sqlite3_open_v2(path, &db,
		SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db,
		"SELECT * FROM operation WHERE instance = 1 ORDER BY seq", -1,
		&statement, NULL) != SQLITE_OK)
		errx(EXIT_FAILURE, "%s", sqlite3_errmsg(db));
	while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
		digest_bytes(bytes, row_bytes(statement, bytes), hash);
		rows++;
	}
	if (step != SQLITE_DONE)
		errx(EXIT_FAILURE, "%s", sqlite3_errmsg(db));
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return rows;
}

int main(int argc, char *argv[])
{
	double begun, peer;
	uint64_t rows;

	if (argc != 2)
		errx(2, "usage: bench_replay FILE");
	/* Once before, so that both find the file in memory. */
	read_and_hash(argv[1]);
	begun = processor_s();
	rows = read_and_hash(argv[1]);
	peer = (double)rows / (processor_s() - begun);
	begun = processor_s();
	rows = verify(argv[1]);
	figure_print("replay", "operations/s",
	    (double)rows / (processor_s() - begun), peer);
	return EXIT_SUCCESS;
}
