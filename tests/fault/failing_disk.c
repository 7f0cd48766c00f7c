/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/failing_disk.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>

const struct disk_fault disk_faults[] = {
    {DISK_WRITE, DISK_EIO, false},
    {DISK_WRITE, DISK_EIO, true},
    {DISK_WRITE, DISK_ENOSPC, false},
    {DISK_WRITE, DISK_ENOSPC, true},
    {DISK_WRITE, DISK_SHORT, false},
    {DISK_WRITE, DISK_SHORT, true},
    {DISK_SYNC, DISK_EIO, false},
    {DISK_SYNC, DISK_EIO, true},
    {DISK_SYNC, DISK_ENOSPC, false},
    {DISK_TRUNCATE, DISK_EIO, false},
    {DISK_TRUNCATE, DISK_EIO, true},
    {DISK_OPEN, DISK_EIO, false},
    {DISK_OPEN, DISK_EIO, true},
    {DISK_OPEN, DISK_ENOSPC, false},
    {DISK_LOCK, DISK_EIO, false},
    {DISK_LOCK, DISK_EIO, true},
    {DISK_SHM_MAP, DISK_EIO, false},
    {DISK_SHM_MAP, DISK_EIO, true},
    {DISK_SHM_MAP, DISK_ENOSPC, false},
    {DISK_READ, DISK_EIO, false},
    {DISK_READ, DISK_EIO, true},
    {DISK_DELETE, DISK_EIO, false},
    {DISK_DELETE, DISK_EIO, true},
};
const size_t disk_fault_count = sizeof(disk_faults) / sizeof(disk_faults[0]);

/* What each call is named, and what SQLite's own VFS answers when it fails. */
static const struct {
	const char *name;
	int code;
	int code_when_full;
} calls[DISK_CALL_COUNT] = {
    [DISK_OPEN] = {"open", SQLITE_CANTOPEN, SQLITE_CANTOPEN},
    [DISK_READ] = {"read", SQLITE_IOERR_READ, SQLITE_IOERR_READ},
    [DISK_WRITE] = {"write", SQLITE_IOERR_WRITE, SQLITE_FULL},
    [DISK_TRUNCATE] = {"truncate", SQLITE_IOERR_TRUNCATE,
	SQLITE_IOERR_TRUNCATE},
    [DISK_SYNC] = {"sync", SQLITE_IOERR_FSYNC, SQLITE_IOERR_FSYNC},
    [DISK_LOCK] = {"lock", SQLITE_IOERR_LOCK, SQLITE_IOERR_LOCK},
    [DISK_SHM_MAP] = {"shared-memory map", SQLITE_IOERR_SHMMAP,
	SQLITE_IOERR_SHMSIZE},
    [DISK_DELETE] = {"delete", SQLITE_IOERR_DELETE, SQLITE_IOERR_DELETE},
};

static const char *const error_names[] = {
    [DISK_EIO] = "EIO",
    [DISK_ENOSPC] = "ENOSPC",
    [DISK_SHORT] = "cut short",
};

void disk_fault_text(
    const struct disk_fault *fault, char *ret_text, size_t size)
{
	snprintf(ret_text, size, "%s %s %s", calls[fault->call].name,
	    error_names[fault->error], fault->stays ? "from then on" : "once");
}

/* ---- the hook ---- */

/* Written in the hook's turn, or while no hook is set. */
static struct {
	struct disk_fault fault;
	size_t left; /* calls of the kind before the one that fails */
	atomic_bool struck;
	atomic_bool healed;
} armed;

static int fail(const struct disk_event *event, int *ret_size)
{
	const enum disk_error error = armed.fault.error;

	if (error == DISK_SHORT)
		*ret_size = event->size / 2;
	errno = error == DISK_EIO ? EIO : ENOSPC;
	return error == DISK_EIO ? calls[event->call].code
				 : calls[event->call].code_when_full;
}

static int strike(void *arg, const struct disk_event *event, int *ret_size)
{
	(void)arg;
	if (event->call != armed.fault.call || armed.healed)
		return SQLITE_OK;
	if (armed.left > 0) {
		armed.left--;
		return SQLITE_OK;
	}
	armed.struck = true;
	armed.healed = !armed.fault.stays;
	return fail(event, ret_size);
}

void failing_disk_arm(const struct disk_fault *fault, size_t number)
{
	disk_set_hook(NULL, NULL);
	armed.fault = *fault;
	armed.left = number - 1;
	armed.struck = false;
	armed.healed = false;
	disk_set_hook(strike, NULL);
}

void failing_disk_heal(void)
{
	disk_set_hook(NULL, NULL);
	armed.healed = true;
}

bool failing_disk_struck(void)
{
	return armed.struck;
}

bool failing_disk_is_failing(void)
{
	return armed.struck && !armed.healed;
}
