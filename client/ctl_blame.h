/* SPDX-License-Identifier: BSD-2-Clause */
/* What blame prints: a line for each part,
 *
 *	0xSTART 0xEND LIST SEQ TIME PRINCIPAL OPERATION  LABEL
 *
 * END exclusive. What was there when the instance began, or before the first
 * operation that is kept, has seq 0 and a "-" in each column behind it. */
#ifndef CLIENT_CTL_BLAME_H
#define CLIENT_CTL_BLAME_H

#include "client/ctl_commands.h"

void ctl_print_blame(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_blame(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

#endif
