/* SPDX-License-Identifier: BSD-2-Clause */
/* A layout as text, in the format that was asked for, and as kernels print
 * it: byte for byte as the one whose rules the instance follows. */
#ifndef CLIENT_CTL_DUMP_H
#define CLIENT_CTL_DUMP_H

#include "client/ctl_commands.h"

/* In the --format of the call. */
void ctl_print_dump(
    const struct ctl_call *call, const struct mbc_answer *answer, FILE *out);

/* What memblock_dump_all() prints behind its log prefix. */
void ctl_dump_kernel(const struct mbc_answer *answer, FILE *out);

/* What the file of that list under /sys/kernel/debug/memblock holds; nothing
 * for physmem of an instance that has none. */
void ctl_dump_debugfs(
    const struct mbc_answer *answer, enum mbc_list which, FILE *out);

/* A list as a dump of its kernel counts and shows it: before 6.12 an empty
 * list has one region of size 0. NULL behind the last. */
uint64_t ctl_dump_cnt(const struct mbc_answer *answer, enum mbc_list which);
const struct mbc_region *ctl_dump_region(
    const struct mbc_answer *answer, enum mbc_list which, size_t index);

#endif
