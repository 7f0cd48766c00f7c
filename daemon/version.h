/* SPDX-License-Identifier: BSD-2-Clause */
/* What the daemon calls itself. */
#ifndef DAEMON_VERSION_H
#define DAEMON_VERSION_H

#define VERSION_STRING "memblockd " MEMBLOCKD_VERSION

#endif
