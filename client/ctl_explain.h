/* SPDX-License-Identifier: BSD-2-Clause */
/* What explain prints: a line for each range that the search comes by,
 *
 *	ATTEMPT 0xSTART 0xEND RULE
 *
 * and what came of it:
 *
 *	chosen: 0xBASE
 *	nearest: size 0xSIZE, limit 0xLIMIT	or one of them, or "nothing" */
#ifndef CLIENT_CTL_EXPLAIN_H
#define CLIENT_CTL_EXPLAIN_H

#include "client/ctl_commands.h"

void ctl_print_explain(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_explain(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

#endif
