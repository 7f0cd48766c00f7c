/* SPDX-License-Identifier: BSD-2-Clause */
/* What memblockd does with a journal instead of serving it. */
#ifndef DAEMON_OFFLINE_H
#define DAEMON_OFFLINE_H

/* Replays every life of every instance and says on standard output what was
 * found, a line each. Returns the exit status: EXIT_SUCCESS when all are
 * identical, else EXIT_FAILURE. */
int offline_check(const char *journal);

/* Copies the journal to the new file to. Returns the exit status. */
int offline_backup(const char *journal, const char *to);

#endif
