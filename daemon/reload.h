/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration read again while the daemon runs. */
#ifndef DAEMON_RELOAD_H
#define DAEMON_RELOAD_H

#include "daemon/config.h"
#include "daemon/registry.h"

/* Reads the command line and its configuration file again. The limits and the
 * log level change at once; what was changed and cannot is named in the log,
 * one line an option. When anything is wrong nothing changes. */
void reload(
    struct config *running, struct registry *registry, int argc, char *argv[]);

#endif
