/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests about an instance as it once stood: at a seq or at a time. The model
 * is made from the journal on the history thread; then the request runs on the
 * loop as any other. */
#ifndef DAEMON_PAST_H
#define DAEMON_PAST_H

#include "daemon/command.h"

/* Whether a request says at_seq or at_time_us. */
bool past_is_asked(const struct request *request);

/* Sees to it that it will be answered, from what is on disk; or refuses. */
enum command_end past_begin(struct request *request);

#endif
