/* SPDX-License-Identifier: BSD-2-Clause */
/* load that comes again under its request key. */
#ifndef DAEMON_LOAD_H
#define DAEMON_LOAD_H

#include "daemon/command.h"

/* Answers with the steps that are in the journal: the group that begins at
 * use->seq. What was passed over the first time is in no journal, and is left
 * out. Refuses when it was another device tree that led to them. */
enum command_end load_again(
    struct request *request, const struct journal_key_use *use);

#endif
