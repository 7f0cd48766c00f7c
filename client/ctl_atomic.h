/* SPDX-License-Identifier: BSD-2-Clause */
/* batch --atomic: all of its lines are done, or none. */
#ifndef CLIENT_CTL_ATOMIC_H
#define CLIENT_CTL_ATOMIC_H

#include "client/ctl_run.h"

/* Reads the lines of fd, called file in messages, to their end, sends them as
 * one request, and prints what came of each, in their order. line is that of
 * the batch itself. When one is refused, or makes no sense, it says so itself
 * and all others are ABORTED. Returns the numerically highest status. */
enum ctl_exit ctl_atomic(struct ctl_session *session,
    const struct ctl_line *line, int fd, const char *file);

#endif
