/* SPDX-License-Identifier: BSD-2-Clause */
/* All watches of a daemon, and the instances they are about. A watch holds no
 * rows, only the seq that it is to tell next. If that is in the batch that was
 * just written, the row is taken from there; else rows are read from the
 * journal as the client takes them, so one that does not read costs nothing
 * more. */
#ifndef DAEMON_WATCHES_H
#define DAEMON_WATCHES_H

#include "daemon/commit.h"

#include <stdint.h>

struct event_base;
struct watches;

/* Is told by commit of what is written from now on. */
struct watches *watches_new(struct event_base *base, struct commit *commit);

/* Ends them without a word; one of which a page is being read is left to the
 * end of the process. commit tells nothing any more. NULL is fine. */
void watches_free(struct watches *watches);

/* How many there are. */
uint64_t watches_count(const struct watches *watches);

#endif
