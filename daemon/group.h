/* SPDX-License-Identifier: BSD-2-Clause */
/* batch: operations on one instance, all of which are done or none. */
#ifndef DAEMON_GROUP_H
#define DAEMON_GROUP_H

#include "daemon/command.h"

/* Answers a batch that comes again under its request key as the first time:
 * with the rows of the group that begins at use->seq. Refuses when it was other
 * operations that led to them. */
enum command_end group_again(
    struct request *request, const struct journal_key_use *use);

#endif
