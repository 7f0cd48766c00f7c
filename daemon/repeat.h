/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that come again under a key: answered as the first time, and not
 * done again. */
#ifndef DAEMON_REPEAT_H
#define DAEMON_REPEAT_H

#include "daemon/command.h"

/* Whether nothing was done under the request's key yet, or it has none.
 * Otherwise *ret_end says how it ended: with the answer of the first time, with
 * one to come when what was done is on disk, or refused because the key is
 * another operation's. */
bool repeat_is_new(struct request *request, enum command_end *ret_end);

/* Keeps the request's key, if it has one: what it did is in the open batch. */
void repeat_remember(struct request *request);

/* Whether two operations are of one kind and have the same arguments. */
bool repeat_is_same(const struct op *a, const struct op *b);

#endif
