/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/wal.h"

/* How long commits wait for readers at first, and at most; and how many pages
 * more come before they do so again, for twice as long. */
#define PATIENCE_MS 100
#define PATIENCE_MAX_MS 6400
#define WAIT_AGAIN_PAGES 4096

static void expect_short_readers(struct journal *journal)
{
	journal->wal_wait_at = WAL_WAIT_PAGES;
	journal->wal_patience_ms = PATIENCE_MS;
}

/* The WAL begins anew once all of it is copied and no reader needs it. With
 * readers that overlap there may never be such a moment:
 *
 *   reader   |--------|     |--------|     |--------|
 *   reader         |--------|     |--------|     |---
 *   commits  .  .  .  .  .  .  .  .  .  .  .  .  .  .
 *
 * While the writer waits there are no commits: readers of earlier ones come to
 * their end, all is copied, and who begins to read then reads the file alone.
 * That takes as long as the longest of them, twice at most. */
static void begin_anew(struct journal *journal, int pages)
{
	if (pages < journal->wal_wait_at)
		return;
	sqlite3_busy_timeout(journal->db, journal->wal_patience_ms);
	if (sqlite3_wal_checkpoint_v2(journal->db, "main",
		SQLITE_CHECKPOINT_RESTART, NULL, NULL) == SQLITE_OK) {
		expect_short_readers(journal);
	} else {
		journal->wal_wait_at = pages + WAIT_AGAIN_PAGES;
		if (journal->wal_patience_ms < PATIENCE_MAX_MS)
			journal->wal_patience_ms *= 2;
	}
	sqlite3_busy_timeout(journal->db, JOURNAL_BUSY_TIMEOUT_MS);
}

/* SQLite calls this after each commit, when all locks are released. What cannot
 * be copied now is in the WAL, and is copied later. */
static int on_commit(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct journal *journal = arg;

	if (pages < WAL_WAIT_PAGES)
		expect_short_readers(journal);
	if (pages >= WAL_COPY_PAGES)
		sqlite3_wal_checkpoint_v2(
		    db, name, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	if (pages >= WAL_WAIT_PAGES)
		begin_anew(journal, pages);
	return SQLITE_OK;
}

void wal_bound(struct journal *journal)
{
	expect_short_readers(journal);
	sqlite3_wal_hook(journal->db, on_commit, journal);
}
