/* SPDX-License-Identifier: BSD-2-Clause */
/* What ranges and query print. A range is a line of four columns,
 *
 *	0xSTART 0xEND NID FLAGS
 *
 * END exclusive, "-" for no node, "none" for no flags; with --pfn the first two
 * are decimal page frame numbers. */
#ifndef CLIENT_CTL_RANGES_H
#define CLIENT_CTL_RANGES_H

#include "client/ctl_commands.h"

void ctl_print_ranges(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_ranges(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

/* true or false; for find-region the region, as a range, or nothing. */
void ctl_print_value(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_value(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

#endif
