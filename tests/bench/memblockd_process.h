/* SPDX-License-Identifier: BSD-2-Clause */
/* A memblockd for a program of this folder, as anyone would start one. What
 * goes wrong ends the program. */
#ifndef TESTS_BENCH_MEMBLOCKD_PROCESS_H
#define TESTS_BENCH_MEMBLOCKD_PROCESS_H

#include <sys/types.h>

/* Starts it on FOLDER/journal.db and FOLDER/s, and comes back when it says that
 * it is ready. */
pid_t memblockd_start(const char *program, const char *folder);

/* A connection to the one of that folder. The caller's to close. */
int memblockd_connect(const char *folder);

/* Seconds of processor that its loop had. */
double memblockd_loop_s(pid_t pid);

/* An orderly stop. */
void memblockd_stop(pid_t pid);

#endif
