/* SPDX-License-Identifier: BSD-2-Clause */
/* The journal as text, an operation a line:
 *
 *	SEQ TIME PRINCIPAL OPERATION ARGUMENTS OUTCOME  LABEL
 *
 * with the arguments as one would type them. */
#ifndef CLIENT_CTL_LOG_H
#define CLIENT_CTL_LOG_H

#include "client/ctl_commands.h"

/* One of its lines. */
void ctl_print_entry(const struct mbc_entry *entry, FILE *out);

/* The entries of one part. */
void ctl_print_log(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

#endif
