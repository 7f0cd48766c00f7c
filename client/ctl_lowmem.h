/* SPDX-License-Identifier: BSD-2-Clause */
/* lowmem: what is asked, and what is printed. As text, a line for each mapping,
 *
 *	0xSTART 0xEND TYPE SECTIONS PAGES [0xSTART-0xLAST]...
 *
 * END exclusive, TYPE MEMORY_RWX or MEMORY_RW, how many sections of 1 MiB fill
 * it, how many pages of 4 KiB the rest takes, and where these are. Then a line
 * "0xSTART 0xEND highmem" for each part of memory above the limit. */
#ifndef CLIENT_CTL_LOWMEM_H
#define CLIENT_CTL_LOWMEM_H

#include "client/ctl_commands.h"

ctl_make_fn ctl_make_lowmem;

void ctl_print_lowmem(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);
void ctl_json_lowmem(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

#endif
