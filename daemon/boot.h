/* SPDX-License-Identifier: BSD-2-Clause */
/* A boot that comes again under its request key. */
#ifndef DAEMON_BOOT_H
#define DAEMON_BOOT_H

#include "daemon/command.h"

/* Answers with the steps in the group that begins at use->seq. Refuses when
 * another tree, or other options, led to them: left out or given, a default is
 * the same. */
enum command_end boot_again(
    struct request *request, const struct journal_key_use *use);

#endif
