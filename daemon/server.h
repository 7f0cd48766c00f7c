/* SPDX-License-Identifier: BSD-2-Clause */
/* The daemon itself: brings the parts up in their order, runs the loop, takes
 * them down in the reverse order. */
#ifndef DAEMON_SERVER_H
#define DAEMON_SERVER_H

#include "daemon/config.h"

/* Serves until it is told to stop. config, which stays the caller's, may
 * change: argc and argv are read again on SIGHUP. At most once in a process.
 * Returns the exit status: 0, 1 failure, 2 usage. */
int server_run(struct config *config, int argc, char *argv[]);

#endif
