/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fault/disk.h"

#include <assert.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stddef.h>

/* What SQLite holds as a file of ours. The file of its own VFS follows it. */
struct file {
	sqlite3_file base;
	const char *path;
};

static sqlite3_vfs *unix_vfs;
static sqlite3_vfs own_vfs;

/* Guards all below, and holds while the hook runs. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static disk_hook *current_hook;
static void *current_arg;

static sqlite3_file *real(sqlite3_file *file)
{
	return (sqlite3_file *)((struct file *)file + 1);
}

static int ask(const struct disk_event *event, int *ret_size)
{
	int result = SQLITE_OK;

	pthread_mutex_lock(&lock);
	*ret_size = 0;
	if (current_hook != NULL)
		result = current_hook(current_arg, event, ret_size);
	pthread_mutex_unlock(&lock);
	return result;
}

static int ask_file(
    sqlite3_file *file, enum disk_call call, sqlite3_int64 offset)
{
	const struct disk_event event = {.call = call,
	    .path = ((struct file *)file)->path,
	    .offset = offset};
	int unused;

	return ask(&event, &unused);
}

/* ---- a file ---- */

static int file_close(sqlite3_file *file)
{
	return real(file)->pMethods->xClose(real(file));
}

static int file_read(
    sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset)
{
	const int result = ask_file(file, DISK_READ, offset);

	if (result != SQLITE_OK)
		return result;
	return real(file)->pMethods->xRead(real(file), bytes, size, offset);
}

static int file_write(
    sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset)
{
	const sqlite3_io_methods *methods = real(file)->pMethods;
	const struct disk_event event = {.call = DISK_WRITE,
	    .path = ((struct file *)file)->path,
	    .offset = offset,
	    .bytes = bytes,
	    .size = size};
	int done, result = ask(&event, &done);

	if (result == SQLITE_OK)
		return methods->xWrite(real(file), bytes, size, offset);
	if (done > 0)
		methods->xWrite(real(file), bytes, done, offset);
	return result;
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	const int result = ask_file(file, DISK_TRUNCATE, size);

	if (result != SQLITE_OK)
		return result;
	return real(file)->pMethods->xTruncate(real(file), size);
}

/* Nobody cuts this machine's power: what a sync would save is the business of
 * the hook. */
static int file_sync(sqlite3_file *file, int flags)
{
	(void)flags;
	return ask_file(file, DISK_SYNC, 0);
}

static int file_size(sqlite3_file *file, sqlite3_int64 *ret_size)
{
	return real(file)->pMethods->xFileSize(real(file), ret_size);
}

static int file_lock(sqlite3_file *file, int kind)
{
	const int result = ask_file(file, DISK_LOCK, 0);

	if (result != SQLITE_OK)
		return result;
	return real(file)->pMethods->xLock(real(file), kind);
}

static int file_unlock(sqlite3_file *file, int kind)
{
	return real(file)->pMethods->xUnlock(real(file), kind);
}

static int file_check_reserved_lock(sqlite3_file *file, int *ret_locked)
{
	return real(file)->pMethods->xCheckReservedLock(real(file), ret_locked);
}

static int file_control(sqlite3_file *file, int op, void *arg)
{
	return real(file)->pMethods->xFileControl(real(file), op, arg);
}

static int file_sector_size(sqlite3_file *file)
{
	return real(file)->pMethods->xSectorSize(real(file));
}

static int file_characteristics(sqlite3_file *file)
{
	return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static int file_shm_map(sqlite3_file *file, int page, int page_size, int extend,
    void volatile **ret_memory)
{
	const int result = ask_file(file, DISK_SHM_MAP, 0);

	if (result != SQLITE_OK)
		return result;
	return real(file)->pMethods->xShmMap(
	    real(file), page, page_size, extend, ret_memory);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
	int result = SQLITE_OK;

	if (flags & SQLITE_SHM_LOCK)
		result = ask_file(file, DISK_LOCK, 0);
	if (result != SQLITE_OK)
		return result;
	return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file)
{
	real(file)->pMethods->xShmBarrier(real(file));
}

static int file_shm_unmap(sqlite3_file *file, int remove)
{
	return real(file)->pMethods->xShmUnmap(real(file), remove);
}

/* Version 2: SQLite maps no file into memory, so it reads and writes all of
 * it here. */
static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

/* ---- the folder ---- */

static int disk_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *file,
    int flags, int *ret_flags)
{
	const struct disk_event event = {
	    .call = DISK_OPEN, .path = path == NULL ? "" : path};
	int unused, result;

	(void)vfs;
	file->pMethods = NULL;
	result = ask(&event, &unused);
	if (result == SQLITE_OK)
		result = unix_vfs->xOpen(
		    unix_vfs, path, real(file), flags, ret_flags);
	if (result != SQLITE_OK)
		return result;
	((struct file *)file)->path = event.path;
	file->pMethods = &methods;
	return SQLITE_OK;
}

static int disk_delete(sqlite3_vfs *vfs, const char *path, int sync_folder)
{
	const struct disk_event event = {.call = DISK_DELETE, .path = path};
	int unused, result;

	(void)vfs, (void)sync_folder;
	result = ask(&event, &unused);
	if (result != SQLITE_OK)
		return result;
	return unix_vfs->xDelete(unix_vfs, path, 0);
}

void disk_install(void)
{
	int result;

	unix_vfs = sqlite3_vfs_find(NULL);
	assert(unix_vfs != NULL && unix_vfs != &own_vfs);
	own_vfs = *unix_vfs;
	own_vfs.pNext = NULL;
	own_vfs.zName = "disk of the tests";
	own_vfs.szOsFile += (int)sizeof(struct file);
	own_vfs.xOpen = disk_open;
	own_vfs.xDelete = disk_delete;
	result = sqlite3_vfs_register(&own_vfs, 1);
	assert(result == SQLITE_OK);
}

void disk_set_hook(disk_hook *hook, void *arg)
{
	pthread_mutex_lock(&lock);
	current_hook = hook;
	current_arg = arg;
	pthread_mutex_unlock(&lock);
}
