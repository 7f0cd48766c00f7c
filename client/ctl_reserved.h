/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of reserved memory, printed. */
#ifndef CLIENT_CTL_RESERVED_H
#define CLIENT_CTL_RESERVED_H

#include "client/ctl_commands.h"

/* A line for each entry: base, size, how placed, what became of it, flags, the
 * node; then indented what it overlaps and who uses it. */
void ctl_print_reserved(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

/* "entries": an object for each. */
void ctl_json_reserved(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

#endif
