/* SPDX-License-Identifier: BSD-2-Clause */
/* A layout as /proc/iomem shows it. */
#ifndef CLIENT_CTL_DUMP_IOMEM_H
#define CLIENT_CTL_DUMP_IOMEM_H

#include "client/memblock_client.h"

#include <stdio.h>

/* Whole pages: the memory inside of a region as "System RAM", nomap memory
 * rounded outwards as "reserved", and in each what is reserved of it, rounded
 * outwards. A page that two reservations share is shown once, with the first:
 *
 *	40000000-4fffffff : System RAM
 *	  47e00000-47e02fff : reserved
 *	50000000-501fffff : reserved
 */
void ctl_dump_iomem(const struct mbc_answer *answer, FILE *out);

#endif
