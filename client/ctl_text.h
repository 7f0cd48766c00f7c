/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands print for people and for scripts that read lines. Each is
 * called with an answer that is OK. */
#ifndef CLIENT_CTL_TEXT_H
#define CLIENT_CTL_TEXT_H

#include "client/ctl_commands.h"

/* "memblockctl 0.1.0". */
const char *ctl_name_and_version(void);

/* NAME SEQ; --long adds MEMORY_SIZE RESERVED_SIZE MEMORY_CNT RESERVED_CNT;
 * behind a destroyed one stands "destroyed" and its id. */
void ctl_print_list(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

/* Lines of "key: value". */
void ctl_print_info(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

/* alloc, find: "0x7ff00000". */
void ctl_print_address(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

/* load: a line for each step. */
void ctl_print_steps(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

void ctl_print_verdict(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

/* verify: how many of how many operations are replayed. */
void ctl_print_replayed(const struct mbc_answer *answer, FILE *err);

void ctl_print_ping(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_print_version(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

#endif
