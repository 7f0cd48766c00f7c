/* SPDX-License-Identifier: BSD-2-Clause */
/* handover: what is asked, and what is printed. As text, lines of "key: value":
 *
 *	pages: 98817
 *	bytes_lost: 1456 in 3 pages
 *	orders: 5 3 4 6 5 3 2 4 3 3 93
 *	node 0: 98817 pages, orders 5 3 4 6 5 3 2 4 3 3 93
 *	highmem: 0
 *	cma: 16384
 *	init: 1616
 *	totalram: 116817
 *
 * Everything is in pages, but for what is lost; "node -" is memory of none. */
#ifndef CLIENT_CTL_HANDOVER_H
#define CLIENT_CTL_HANDOVER_H

#include "client/ctl_commands.h"

ctl_make_fn ctl_make_handover;

void ctl_print_handover(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_handover(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

#endif
