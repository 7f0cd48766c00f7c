/* SPDX-License-Identifier: BSD-2-Clause */
#include "storage/in_place.h"

#include "storage/failure.h"
#include "storage/statement.h"

#include <errno.h>
#include <sys/stat.h>

static const char *wal_path(const struct journal *journal)
{
	return sqlite3_filename_wal(sqlite3_db_filename(journal->db, "main"));
}

static enum journal_status is_gone(
    const char *path, struct journal_error *ret_error)
{
	return failure(JOURNAL_FAILED, ret_error,
	    "%s: removed or replaced while it is in use", path);
}

enum journal_status in_place_note(
    struct journal *journal, struct journal_error *ret_error)
{
	struct stat wal;

	if (stat(wal_path(journal), &wal) != 0)
		return failure_of_system(errno, wal_path(journal), ret_error);
	journal->wal_device = wal.st_dev;
	journal->wal_inode = wal.st_ino;
	return JOURNAL_OK;
}

enum journal_status in_place_check(
    struct journal *journal, struct journal_error *ret_error)
{
	struct stat wal, lock;
	int moved = 1;

	if (sqlite3_file_control(journal->db, "main", SQLITE_FCNTL_HAS_MOVED,
		&moved) != SQLITE_OK ||
	    moved)
		return is_gone(journal->path, ret_error);
	if (stat(wal_path(journal), &wal) != 0 ||
	    wal.st_dev != journal->wal_device ||
	    wal.st_ino != journal->wal_inode)
		return is_gone(wal_path(journal), ret_error);
	/* Without its name it keeps no other daemon away. */
	if (fstat(journal->lock_fd, &lock) != 0 || lock.st_nlink == 0)
		return failure(JOURNAL_FAILED, ret_error,
		    "%s.lock: removed while it is in use", journal->path);
	return JOURNAL_OK;
}
