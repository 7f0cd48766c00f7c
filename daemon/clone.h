/* SPDX-License-Identifier: BSD-2-Clause */
/* clone that comes again under its request key. */
#ifndef DAEMON_CLONE_H
#define DAEMON_CLONE_H

#include "daemon/command.h"

/* Answers where the copy came from that was made under the key. Refuses when
 * it came from elsewhere, or began empty. */
enum command_end clone_again(
    struct request *request, const struct journal_key_use *use);

#endif
