/* SPDX-License-Identifier: BSD-2-Clause */
/* A layout as a table for people. */
#ifndef CLIENT_CTL_DUMP_TABLE_H
#define CLIENT_CTL_DUMP_TABLE_H

#include "client/memblock_client.h"

#include <stdint.h>
#include <stdio.h>

/* Each list under a head line, with the gap that follows each region:
 *
 *	memory: 2 regions, 1.50 GiB
 *	  BASE        LAST         SIZE    GAP  FLAGS  NODE
 *	  0x40000000  0x7fffffff  1 GiB  1 GiB  none      0
 *	  0xc0000000  0xdfffffff  512 MiB    -  nomap     -
 */
void ctl_dump_table(const struct mbc_answer *answer, FILE *out);

/* "1 GiB", "1.50 MiB", "100 B": in the largest unit that is not above it; what
 * is no multiple of it has two digits behind the point, cut, so that "2 MiB"
 * is nothing else ("2.00 MiB" is a little more). The text is the caller's
 * CTL_SIZE_MAX bytes, and returned. */
#define CTL_SIZE_MAX 16
const char *ctl_size_text(uint64_t size, char *text);

#endif
