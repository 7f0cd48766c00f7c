/* SPDX-License-Identifier: BSD-2-Clause */
/* What diff prints: nothing where both are the same; else
 *
 *	--- NAME@SEQ
 *	+++ NAME@SEQ
 *	-KEY: VALUE			a setting, under info's key
 *	+KEY: VALUE
 *	-LIST 0xSTART 0xEND NID FLAGS	removed, or changed from
 *	+LIST 0xSTART 0xEND NID FLAGS	added, or changed to
 *
 * with the columns of ranges. */
#ifndef CLIENT_CTL_DIFF_H
#define CLIENT_CTL_DIFF_H

#include "client/ctl_commands.h"

void ctl_print_diff(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_diff(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

#endif
