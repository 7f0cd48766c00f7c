/* SPDX-License-Identifier: BSD-2-Clause */
/* Many command lines over one connection, from a file or as they come in. */
#ifndef CLIENT_CTL_BATCH_H
#define CLIENT_CTL_BATCH_H

#include "client/ctl_run.h"

/* Carries out the lines of fd, called file in messages. line is that of the
 * batch itself: with --keep-going requests are pipelined and every line is
 * tried, otherwise each waits for the one before and the first that fails ends
 * it. What is printed is in the order of the lines either way. Returns the
 * numerically highest status. */
enum ctl_exit ctl_batch_lines(struct ctl_session *session,
    const struct ctl_line *line, int fd, const char *file);

/* The same for the FILE that line names, or for standard input. */
enum ctl_exit ctl_batch(
    struct ctl_session *session, const struct ctl_line *line);

#endif
